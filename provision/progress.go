package provision

import (
	"sync"
	"time"
)

// Progress says how far Make or Apply has come.
type Progress struct {
	Step   Step
	Done   int
	Total  int           // of Step; 0: not known
	Failed int           // of Done
	Rate   float64       // a second, on average since the step began
	Left   time.Duration // at that rate; 0: not known
}

// Step is a part of the work.
type Step string

// The steps of Make, and the one of Apply.
const (
	ReadingDepartments Step = "reading departments"
	ReadingPeople      Step = "reading people"            // Total is what the departments say, where that is known
	ReadingDetails     Step = "reading details"           // one call each
	LookingUpMobiles   Step = "looking up mobile numbers" // one call each
	Applying           Step = "applying"
)

// meter counts what a step has done, and tells.
type meter struct {
	tell  func(Progress) // may be nil
	mu    sync.Mutex
	now   Progress
	began time.Time
	skip  int // of Done, what was there before
}

// newMeter begins a step, of which some may have been done before.
func newMeter(tell func(Progress), step Step, total, before int) *meter {
	m := &meter{tell: tell, now: Progress{Step: step, Done: before, Total: total}, began: time.Now(), skip: before}
	if tell != nil {
		tell(m.now)
	}
	return m
}

// add counts one more. Calls of tell never overlap.
func (m *meter) add(failed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Done++
	if failed {
		m.now.Failed++
	}
	if took := time.Since(m.began).Seconds(); took > 0 {
		m.now.Rate = float64(m.now.Done-m.skip) / took
	}
	m.now.Left = 0
	if left := m.now.Total - m.now.Done; left > 0 && m.now.Rate > 0 {
		m.now.Left = time.Duration(float64(left) / m.now.Rate * float64(time.Second)).Round(time.Second)
	}
	if m.tell != nil {
		m.tell(m.now)
	}
}
