package emulator

import (
	"container/heap"
	"time"
)

// schedule holds what is to happen at a later time of the server, which Advance moves. One timer serves all of it, so that
// a server at rest has no goroutine.
type schedule struct {
	queue taskQueue
	timer *time.Timer
	last  int64 // the number of the latest task
}

// task is a function that runs once, with the lock held.
type task struct {
	at     time.Time // of the machine's clock and Advance
	number int64     // tasks of the same time run in the order in which they were made
	index  int       // in the queue; -1 when it has left it
	run    func()
}

// after runs a function after a time. The function is called with the lock held and must not wait.
func (s *Server) after(d time.Duration, run func()) *task {
	s.schedule.last++
	t := &task{at: time.Now().Add(s.ahead + d), number: s.schedule.last, run: run}
	heap.Push(&s.schedule.queue, t)
	s.setTimer()
	return t
}

// drop removes a task that has not run yet; nil is none.
func (s *Server) drop(t *task) {
	if t != nil && t.index >= 0 {
		heap.Remove(&s.schedule.queue, t.index)
	}
}

// runDue runs the tasks that are due, earliest first.
func (s *Server) runDue() {
	now := time.Now().Add(s.ahead)
	for !s.closed && len(s.schedule.queue) > 0 && !s.schedule.queue[0].at.After(now) {
		heap.Pop(&s.schedule.queue).(*task).run()
	}
	s.setTimer()
}

// setTimer sets the timer to the earliest task.
func (s *Server) setTimer() {
	if s.schedule.timer != nil {
		s.schedule.timer.Stop()
		s.schedule.timer = nil
	}
	if s.closed || len(s.schedule.queue) == 0 {
		return
	}
	wait := s.schedule.queue[0].at.Sub(time.Now().Add(s.ahead))
	s.schedule.timer = time.AfterFunc(max(wait, 0), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.runDue()
	})
}

// moveClock moves the server's clock and runs what is due then. Backward, tasks are as far ahead as they were.
func (s *Server) moveClock(d time.Duration) {
	s.ahead += d
	if d < 0 {
		for _, t := range s.schedule.queue {
			t.at = t.at.Add(d)
		}
	}
	s.runDue()
}

// taskQueue is a heap of tasks by time.
type taskQueue []*task

func (q taskQueue) Len() int { return len(q) }

func (q taskQueue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].number < q[j].number
	}
	return q[i].at.Before(q[j].at)
}

func (q taskQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *taskQueue) Push(x any) {
	t := x.(*task)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *taskQueue) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	t.index = -1
	*q = old[:len(old)-1]
	return t
}
