package main

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestShareOf_IsDisjointAndComplete(t *testing.T) {
	t.Parallel()
	const people = 1000
	for _, n := range []int{1, 2, 3, 4, 8, 32} {
		var all []string
		for i := range n {
			size := 0
			for p, err := range shareOf(inventPeople(people), i, n) {
				require.NoError(t, err)
				require.Equal(t, i, workerFor(p.UserID, n))
				all = append(all, p.UserID)
				size++
			}
			assert.InDelta(t, people/n, size, people/8, "%d of %d", i, n)
		}
		require.Len(t, all, people)
		slices.Sort(all)
		require.Len(t, slices.Compact(all), people)
	}
}

func TestWorkerFor_IsStable(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]int{"": 1, "lin": 0, "zhao.min": 1, "person00001": 3} {
		assert.Equal(t, want, workerFor(id, 4), "%q: processes of different builds must agree", id)
	}
}

func TestShareOf_HasARowErrorOnceAndAListErrorInEachShare(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	list := func(yield func(provision.Person, error) bool) {
		_ = yield(provision.Person{}, &provision.RowError{Line: 2, UserID: "lin", Err: errors.New("no number")}) &&
			yield(provision.Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: "zhao.min"}}, nil) &&
			yield(provision.Person{}, broken)
	}
	rows, ends := 0, 0
	for i := range 4 {
		for _, err := range shareOf(list, i, 4) {
			if _, bad := rowErrorUserID(err); bad {
				rows++
				assert.Equal(t, workerFor("lin", 4), i)
			} else if errors.Is(err, broken) {
				ends++
			}
		}
	}
	assert.Equal(t, 1, rows)
	assert.Equal(t, 4, ends)
	for _, err := range shareOf(list, workerFor("lin", 4), 4) {
		assert.ErrorContains(t, err, "no number")
		break // nothing follows
	}
}
