package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// gone returns the result of a person who has left the organization since the plan was made, with how and when as far as
// the leave records show it.
func (a *applier) gone(ctx context.Context, userID string) (Result, error) {
	const text = "is no longer in the organization"
	r, found := a.leaves.find(ctx, a.reader, a.plan.Made, userID)
	if !found {
		return ResultGone, errors.New(text)
	}
	how := map[string]string{
		"oapi": "an app deleted them", "delete": "an administrator deleted them", "leave": "they left by themselves",
		"cancel": "their account was closed",
	}[r.LeaveReason]
	if how == "" {
		how = "they left"
	}
	return ResultGone, fmt.Errorf("%s: %s at %s", text, how, r.LeaveTime)
}

const (
	// leavesBefore is how long before the end of planning people may have left whom the plan still has.
	leavesBefore = 24 * time.Hour
	// leavesLimit is how far back the leave records go, less a minute for a clock that differs from the service's.
	leavesLimit = 365*24*time.Hour - time.Minute
	// leavesRefresh is how old the records are when they are read again for a person whom they lack.
	leavesRefresh = time.Minute
)

// leaveList holds the leave records since a plan was made, which are read when the first person is missing.
type leaveList struct {
	turn    chan struct{} // full while the list is in use: the records are read once for all who wait
	refused bool          // the records cannot be read
	read    time.Time
	records map[string]dingtalk.LeaveRecord // the latest of each userid
}

// find returns the latest record of a person.
func (l *leaveList) find(ctx context.Context, client userReader, made time.Time, userID string) (dingtalk.LeaveRecord, bool) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return dingtalk.LeaveRecord{}, false
	}
	_, found := l.records[userID]
	if !found && !l.refused && time.Since(l.read) >= leavesRefresh {
		l.readAll(ctx, client, made)
	}
	r, found := l.records[userID]
	return r, found
}

// readAll reads the records. If it fails, the result of a person lacks how they left, which is no reason to stop.
func (l *leaveList) readAll(ctx context.Context, client userReader, made time.Time) {
	l.read, l.records = time.Now(), map[string]dingtalk.LeaveRecord{}
	start := made.Add(-leavesBefore)
	if oldest := time.Now().Add(-leavesLimit); start.Before(oldest) {
		start = oldest
	}
	req := dingtalk.ListLeaveRecordsRequest{StartTime: start.UTC().Format(time.RFC3339)}
	for r, err := range client.LeaveRecords(ctx, req) {
		if err != nil {
			l.refused = !retryable(err)
			return
		}
		if r.LeaveTime >= l.records[r.UserID].LeaveTime {
			l.records[r.UserID] = r
		}
	}
}
