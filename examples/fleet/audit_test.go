package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestAudit_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithQPS(2))
		client := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
		create := func(id, mobile string) {
			_, _ = client.CreateUser(t.Context(), dingtalk.CreateUserRequest{UserID: id, Name: id, Mobile: mobile, DeptIDList: []int64{1}})
		}
		create("person00001", "13800000001")
		create("other", "13900000000")
		create("person00002", "13800000002") // over the limit
		time.Sleep(2 * time.Second)
		_ = client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "person00001"})
		create("person00001", "13800000001")
		a := newAudit(srv, inventPeople(3))
		assert.Equal(t, audit{
			found: 1, others: 1, missing: []string{"person00002", "person00003"}, duplicated: []string{"person00001"},
			calls: 6, tokens: 1, throttled: 1, rate: 4.0 / 3, busiest: 3,
		}, a)
	})
}

func TestCallRate_CountsTheSecondOfTheLastCall(t *testing.T) {
	t.Parallel()
	var calls []dingtalktest.Call
	for i := range 120 { // 20 at once each second
		calls = append(calls, dingtalktest.Call{Time: time.Unix(int64(i/20), 0)})
	}
	rate, busiest := callRate(calls)
	assert.InDelta(t, 20, rate, 1e-9)
	assert.Equal(t, 20, busiest)
	rate, busiest = callRate(nil)
	assert.Zero(t, rate)
	assert.Zero(t, busiest)
}

func TestFormatUserIDs_NamesTheFirst(t *testing.T) {
	t.Parallel()
	assert.Empty(t, formatUserIDs("missing", nil))
	assert.Equal(t, ", 2 missing (a, b)", formatUserIDs("missing", []string{"a", "b"}))
	assert.Equal(t, ", 6 missing (a, b, c, d, e, ...)", formatUserIDs("missing", []string{"a", "b", "c", "d", "e", "f"}))
}
