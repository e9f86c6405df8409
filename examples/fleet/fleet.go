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

const (
	maxStarts       = 4               // of the process for one share
	shutdownTimeout = 5 * time.Second // between the interrupt of a worker and its kill
)

// fleet runs the worker processes and collects their outcomes.
type fleet struct {
	options
	target   *target
	dir      string
	progress *progress
	stderr   io.Writer

	began    time.Time
	took     time.Duration
	outcomes []*outcome // by worker
}

func newFleet(o options, t *target, dir string, p *progress, stderr io.Writer) *fleet {
	return &fleet{
		options: o, target: t, dir: dir, progress: p,
		stderr: p.above(stderr), outcomes: make([]*outcome, o.processes),
	}
}

// run runs all workers to their end.
func (f *fleet) run(ctx context.Context) {
	f.began = time.Now()
	f.progress.begin(f.processes)
	var all sync.WaitGroup
	for i := range f.processes {
		all.Go(func() { f.outcomes[i] = f.runShare(ctx, i) })
	}
	all.Wait()
	f.took = time.Since(f.began)
	f.progress.end()
}

// runShare runs a worker for a share of the list, and restarts it if it dies.
func (f *fleet) runShare(ctx context.Context, i int) *outcome {
	dir := filepath.Join(f.dir, fmt.Sprint("worker", i+1))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return &outcome{Failure: err.Error()}
	}
	for start := 1; ; start++ {
		o, err := f.runWorker(ctx, i, dir)
		switch {
		case err == nil:
			return o
		case ctx.Err() != nil:
			return &outcome{Failure: "interrupted"}
		case start == maxStarts:
			return &outcome{Failure: fmt.Sprintf("died in each of %d runs: %v", start, err)}
		}
		f.progress.log("worker %d: %v; restarting it", i+1, err)
	}
}

// runWorker runs one process to its end. It returns an error if the process reports no outcome. When ctx ends, the
// process is interrupted, and killed only if it does not end in time.
func (f *fleet) runWorker(ctx context.Context, i int, dir string) (*outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "worker") //nolint:gosec // this program
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = shutdownTimeout
	cmd.Stderr = f.stderr
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
	f.progress.log("worker %d: pid %d", i+1, cmd.Process.Pid)
	err = json.NewEncoder(in).Encode(settings{
		Worker: i, Of: f.processes, Redis: f.redis, URL: f.target.url, ID: f.target.id, Secret: f.target.secret,
		List: f.list, People: f.people, Dir: dir, Apply: f.apply || f.target.Emulator != nil,
	})
	o := f.readEvents(out, i)
	if exit := cmd.Wait(); exit != nil && o == nil { // Wait also closes in
		return nil, fmt.Errorf("it ended early (%w)", errors.Join(err, exit))
	}
	if o == nil {
		return nil, errors.New("it ended without an outcome")
	}
	return o, nil
}

// readEvents shows the progress of a worker, and returns its outcome, or nil if it reports none.
func (f *fleet) readEvents(out io.Reader, i int) *outcome {
	events := json.NewDecoder(out)
	var last *outcome
	for {
		var e event
		if events.Decode(&e) != nil { // the end of the output, or a line that a kill cut off
			return last
		}
		if last = e.Outcome; last == nil {
			f.progress.update(i, e)
		}
	}
}
