package export

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/progress"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// meter shows the progress of an export.
type meter interface {
	expect(people int64) // adds to the expected number; some people may be counted twice
	update(people int)   // sets how many have been written, in this run and before
	end()
}

// newProgress returns what shows the progress of a run.
func newProgress(r *app.Run) meter {
	switch t, _ := r.Stderr.(*terminal.Terminal); progress.StyleOf(r) {
	case progress.Bar:
		return &bar{to: t}
	case progress.Lines:
		return &logLines{to: r, next: time.Now().Add(progress.LogInterval)}
	default:
		return noProgress{}
	}
}

type noProgress struct{}

func (noProgress) expect(int64) {}
func (noProgress) update(int)   {}
func (noProgress) end()         {}

type logLines struct {
	to       *app.Run
	expected int64
	next     time.Time
}

func (l *logLines) expect(people int64) { l.expected += people }

func (l *logLines) update(people int) {
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(progress.LogInterval)
	l.to.Log("%d of about %d people", people, l.expected)
}

func (l *logLines) end() {}

type bar struct {
	to             *terminal.Terminal
	expected       int64
	before, people int
	started        bool
	bar            *progressbar.ProgressBar // nil until people are expected
}

func (b *bar) expect(people int64) {
	b.expected += people
	rest := max(1, b.expected-int64(b.before)) // earlier runs do not count toward the rate
	switch {
	case b.expected <= 0:
		return
	case b.bar == nil:
		b.bar = progress.NewBar(b.to, "people", rest)
	default:
		b.bar.ChangeMax64(rest)
	}
	b.update(b.people)
}

// update keeps the bar from reaching its end, where it would stay, because there may be more people than expected.
func (b *bar) update(people int) {
	if !b.started {
		b.started, b.before = true, people
	}
	b.people = people
	if b.bar != nil {
		_ = b.bar.Set64(min(int64(people-b.before), b.bar.GetMax64()-1))
	}
}

// end removes the bar.
func (b *bar) end() { progress.Remove(b.bar) }
