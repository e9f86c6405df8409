package importer

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/progress"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// meter shows the progress of an import.
type meter interface {
	update(p provision.Progress)
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

func (noProgress) update(provision.Progress) {}
func (noProgress) end()                      {}

type logLines struct {
	to   *app.Run
	next time.Time
}

func (l *logLines) update(p provision.Progress) {
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(progress.LogInterval)
	text := fmt.Sprintf("%s: %d", p.Step, p.Done)
	if p.Total > 0 {
		text += fmt.Sprintf(" of %d", max(p.Total, p.Done))
	}
	if p.Rate > 0 {
		text += fmt.Sprintf(", %.1f a second", p.Rate)
	}
	if p.Left > 0 {
		text += fmt.Sprintf(", %v left", p.Left)
	}
	if p.Failed > 0 {
		text += fmt.Sprintf(", %d failed", p.Failed)
	}
	l.to.Log("%s", text)
}

func (l *logLines) end() {}

type bar struct {
	to     *terminal.Terminal
	step   provision.Step
	before int // done in an earlier run, which does not count toward the rate
	failed int
	bar    *progressbar.ProgressBar // of the step
}

// update keeps the bar from reaching its end, where it would stay, because there may be more than expected.
func (b *bar) update(p provision.Progress) {
	if p.Step != b.step || b.bar != nil && b.bar.GetMax64() < 0 && p.Total > 0 { // the total was not known at first
		b.end()
		b.step, b.before, b.failed = p.Step, p.Done, 0
		expected := int64(-1) // unknown
		if p.Total > 0 {
			expected = int64(max(1, p.Total-p.Done))
		}
		b.bar = progress.NewBar(b.to, string(p.Step), expected)
	}
	if b.bar == nil {
		return
	}
	if p.Failed > b.failed {
		b.failed = p.Failed
		b.bar.Describe(fmt.Sprintf("%s, %d failed", p.Step, p.Failed))
	}
	if expected := int64(p.Total - b.before); p.Total > 0 && expected > b.bar.GetMax64() {
		b.bar.ChangeMax64(expected)
	}
	now := int64(p.Done - b.before)
	if expected := b.bar.GetMax64(); expected > 0 {
		now = min(now, expected-1)
	}
	_ = b.bar.Set64(now)
}

// end removes the bar.
func (b *bar) end() {
	progress.Remove(b.bar)
	b.bar, b.step = nil, ""
}
