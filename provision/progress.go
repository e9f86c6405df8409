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
type progressMeter struct {
	report     func(Progress) // may be nil
	mu         sync.Mutex
	progress   Progress
	startedAt  time.Time
	doneBefore int // of Done, what was there before
}

// newMeter begins a step, of which some may have been done before.
func newProgressMeter(report func(Progress), step Step, total, before int) *progressMeter {
	m := &progressMeter{report: report, progress: Progress{Step: step, Done: before, Total: total}, startedAt: time.Now(), doneBefore: before}
	if report != nil {
		report(m.progress)
	}
	return m
}

// add counts one more. Calls of tell never overlap.
func (m *progressMeter) add(failed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress.Done++
	if failed {
		m.progress.Failed++
	}
	if took := time.Since(m.startedAt).Seconds(); took > 0 {
		m.progress.Rate = float64(m.progress.Done-m.doneBefore) / took
	}
	m.progress.Left = 0
	if left := m.progress.Total - m.progress.Done; left > 0 && m.progress.Rate > 0 {
		m.progress.Left = time.Duration(float64(left) / m.progress.Rate * float64(time.Second)).Round(time.Second)
	}
	if m.report != nil {
		m.report(m.progress)
	}
}
