package watch

import (
	"context"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

// ownChanges is the number of changes that change makes, and of their events.
const ownChanges = 3

// change makes changes to the emulator once the client is connected: before, its events would be lost.
func change(ctx context.Context, srv *dingtalktest.Server) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for len(srv.StreamConnections()) == 0 { // the client knows of one a little earlier
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
	srv.AddDepartment(dingtalktest.Department{ID: demo.Engineering, Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{demo.Engineering}})
	srv.Leave("zhao.min", dingtalktest.Leave{})
}
