//go:build unix

package dingtalkpg

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// remote is a process of a fleet.
type remote struct {
	app    string // the name of its connections
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr bytes.Buffer
	ended  chan struct{}

	mu       sync.Mutex
	asked    int
	waiting  map[int]chan answer
	revision mirror.Revision // of the last change that it has shown
	paused   bool
}

type answer struct {
	ID       int             `json:"id"`
	Err      string          `json:"err"`
	Result   json.RawMessage `json:"result"`
	Revision mirror.Revision `json:"revision"`
	Change   json.RawMessage `json:"change"`
}

// start starts another process.
func (f *fleet) start() *remote {
	f.started++
	m := &remote{app: fmt.Sprintf("member%d", f.started), ended: make(chan struct{}), waiting: map[int]chan answer{}}
	m.cmd = process(f.t, "-member="+f.url+"&application_name="+m.app, "-schema="+f.schema, "-lease=2s",
		"-service="+strings.Join([]string{f.base, f.org.ClientID(), f.org.ClientSecret()}, " "), fmt.Sprint("-deaf=", f.started%2 == 0))
	m.cmd.Stderr = &m.stderr
	var err error
	m.stdin, err = m.cmd.StdinPipe()
	require.NoError(f.t, err)
	out, err := m.cmd.StdoutPipe()
	require.NoError(f.t, err)
	require.NoError(f.t, m.cmd.Start())
	f.t.Cleanup(func() {
		_ = m.cmd.Process.Kill()
		<-m.ended
		if f.t.Failed() {
			f.t.Logf("%s: %s", m.app, &m.stderr)
		}
	})
	go func() {
		defer close(m.ended)
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				_ = m.cmd.Wait()
				return
			}
			var a answer
			f.note(json.Unmarshal(line, &a))
			f.receive(m, a)
		}
	}()
	return m
}

func (m *remote) isPaused() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.paused
}

func (m *remote) pause(t *testing.T, on bool) {
	t.Helper()
	m.mu.Lock()
	m.paused = on
	m.mu.Unlock()
	signal := syscall.SIGCONT
	if on {
		signal = syscall.SIGSTOP
	}
	require.NoError(t, m.cmd.Process.Signal(signal))
}

var errNoAnswer = errors.New("the process has ended, or is paused")

// ask has a process do something, and returns the result.
func (m *remote) ask(ctx context.Context, what, with string) (json.RawMessage, error) {
	m.mu.Lock()
	m.asked++
	id, answers := m.asked, make(chan answer, 1)
	m.waiting[id] = answers
	m.mu.Unlock()
	line, err := json.Marshal(request{id, what, with})
	if err != nil {
		return nil, err
	}
	if _, err := m.stdin.Write(append(line, '\n')); err != nil {
		return nil, errors.Join(errNoAnswer, err)
	}
	select {
	case a := <-answers:
		if a.Err != "" {
			return nil, errors.New(m.app + ": " + a.Err)
		}
		return a.Result, nil
	case <-m.ended:
		return nil, errNoAnswer
	case <-ctx.Done():
		return nil, errors.Join(errNoAnswer, ctx.Err())
	}
}
