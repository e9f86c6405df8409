package provision

import (
	"sync"
	"time"
)

// Progress is the progress of NewPlan or Apply.
type Progress struct {
	Step   Step
	Done   int
	Total  int           // of Step; 0: not known
	Failed int           // of Done
	Rate   float64       // per second, the average since the step started
	Left   time.Duration // at that rate; 0: not known
}

// Step is a part of the work.
type Step string

// The steps of NewPlan, and the one of Apply.
const (
	ReadingDepartments Step = "reading departments"       // besides those of Options.DeptIDs
	ReadingPeople      Step = "reading people"            // Total is the departments' count of members, as far as it is known
	ReadingDetails     Step = "reading details"           // one call each
	LookingUpMobiles   Step = "looking up mobile numbers" // one call each
	Applying           Step = "applying"
)

// progressMeter counts what a step has done and reports it.
type progressMeter struct {
	report     func(Progress) // may be nil
	mu         sync.Mutex
	progress   Progress
	startedAt  time.Time
	doneBefore int // the part of Done that an earlier run did
}

// newProgressMeter starts a step, of which an earlier run may have done a part.
func newProgressMeter(report func(Progress), step Step, total, before int) *progressMeter {
	m := &progressMeter{report: report, progress: Progress{Step: step, Done: before, Total: total}, startedAt: time.Now(), doneBefore: before}
	if report != nil {
		report(m.progress)
	}
	return m
}

// expect adds to the total, and reports it.
func (m *progressMeter) expect(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress.Total += n
	if m.report != nil {
		m.report(m.progress)
	}
}

// add counts one more person or call. Calls of report never overlap.
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
