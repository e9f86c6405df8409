package main

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestProgress_PrintsALinePerSecondToALog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgress(&out)
		p.begin(2)
		for done := range 21 {
			p.update(1, event{Step: provision.Applying, Done: done, Total: 20})
			time.Sleep(100 * time.Millisecond)
		}
		p.update(0, event{Step: provision.ReadingPeople, Done: 3})
		p.end()
		assert.Equal(t, " 0.0 s  1: starting; 2: applying 0 of 20\n"+
			" 1.0 s  1: starting; 2: applying 10 of 20\n"+
			" 2.0 s  1: starting; 2: applying 20 of 20\n", out.String())
	})
}

func TestProgress_RedrawsATableOnATerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := newProgress(terminal.New(&out, func() int { return 80 }))
		p.log("before\x1b[31m")
		p.begin(2)
		p.update(0, event{Step: provision.Applying, Done: 5, Total: 10})
		p.update(1, event{Step: provision.ReadingPeople, Done: 7}) // too soon after
		p.log("worker 1: pid 7")
		_, _ = io.WriteString(p.above(&out), "a warning\n")
		p.end()
		p.log("after")
		const first = "worker  step      people\n" +
			"1       applying  5 of 10  ###############...............\n" +
			"2       starting           ..............................\n"
		const second = "worker  step            people\n" +
			"1       applying        5 of 10  ###############...............\n" +
			"2       reading people  7        ..............................\n"
		const cleared = "\x1b[3A\x1b[J"
		assert.Equal(t, "before [31m\n"+first+cleared+"\r\x1b[Kworker 1: pid 7\n"+second+cleared+"a warning\n"+second+cleared+second+"after\n", out.String())
	})
}

func TestProgress_DrawsATableThatFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{
		53: "worker  step            people\n" +
			"1       reading people  1234 of 5678  ###............\n",
		42: "worker  step            people\n" +
			"1       reading people  1234 of 5678\n",
		40: "worker  step            people\n" +
			"1       reading people  1234 of 5678\n",
		30: "worker  step            people\n" +
			"1       reading people  1234 o\n",
	} {
		var out strings.Builder
		p := newProgress(terminal.New(&out, func() int { return width }))
		p.begin(1)
		p.update(0, event{Step: provision.ReadingPeople, Done: 1234, Total: 5678})
		assert.Equal(t, want, out.String(), width)
		assert.Equal(t, 2, p.lines, width)
	}
}
