package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// Patience with workers: how often one is started, and how long one may take to end.
const (
	mostStarts = 4
	farewell   = 5 * time.Second
)

// fleet starts the workers and hears how they get on.
type fleet struct {
	options
	place  *place
	dir    string
	screen *screen
	errOut io.Writer

	began  time.Time
	took   time.Duration
	shares []*end // by worker
}

func newFleet(o options, p *place, dir string, s *screen, errOut io.Writer) *fleet {
	return &fleet{options: o, place: p, dir: dir, screen: s, errOut: &turns{to: errOut}, shares: make([]*end, o.processes)}
}

// run returns when all workers have ended.
func (f *fleet) run(ctx context.Context) {
	f.began = time.Now()
	f.screen.begin(f.processes)
	var all sync.WaitGroup
	for i := range f.processes {
		all.Go(func() { f.shares[i] = f.share(ctx, i) })
	}
	all.Wait()
	f.took = time.Since(f.began)
	f.screen.end()
}

// share sees to it that a share is brought about, with another process where one dies.
func (f *fleet) share(ctx context.Context, i int) *end {
	dir := filepath.Join(f.dir, fmt.Sprint("worker", i+1))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return &end{Failure: err.Error()}
	}
	for start := 1; ; start++ {
		e, err := f.worker(ctx, i, dir)
		switch {
		case err == nil:
			return e
		case ctx.Err() != nil:
			return &end{Failure: "interrupted"}
		case start == mostStarts:
			return &end{Failure: fmt.Sprintf("it was started %d times, and died each time: %v", start, err)}
		}
		f.screen.say("worker %d: %v; it is started again", i+1, err)
	}
}

// worker runs one process to its end, and fails if it could not say how it went. When ctx ends, so does the
// process: it is asked to, by its pid, and killed only if it does not.
func (f *fleet) worker(ctx context.Context, i int, dir string) (*end, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "worker") //nolint:gosec // this program
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = farewell
	cmd.Stderr = f.errOut
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	f.screen.say("worker %d: pid %d", i+1, cmd.Process.Pid)
	err = json.NewEncoder(in).Encode(settings{
		Worker: i, Of: f.processes, Redis: f.redis, URL: f.place.url, ID: f.place.id, Secret: f.place.secret,
		List: f.list, People: f.people, Dir: dir, Apply: f.apply || f.place.emulator != nil,
	})
	last := f.listen(out, i)
	if end := cmd.Wait(); end != nil && last == nil { // which closes in
		return nil, fmt.Errorf("it ended early (%w)", errors.Join(err, end))
	}
	if last == nil {
		return nil, errors.New("it ended without a word")
	}
	return last, nil
}

// listen shows what a worker says, and returns the last of it.
func (f *fleet) listen(out io.Reader, i int) (last *end) {
	lines := json.NewDecoder(out)
	for {
		var e event
		if lines.Decode(&e) != nil { // the end, or what a kill left of a line
			return last
		}
		if last = e.End; last == nil {
			f.screen.show(i, e)
		}
	}
}

// turns lets one write after the other.
type turns struct {
	mu sync.Mutex
	to io.Writer
}

func (t *turns) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.to.Write(p)
}
