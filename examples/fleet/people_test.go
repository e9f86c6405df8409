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

func TestSharesAreDisjointAndMakeUpTheList(t *testing.T) {
	t.Parallel()
	const people = 1000
	for _, n := range []int{1, 2, 3, 4, 8, 32} {
		var all []string
		for i := range n {
			size := 0
			for p, err := range share(invented(people), i, n) {
				require.NoError(t, err)
				require.Equal(t, i, shareOf(p.UserID, n))
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

func TestAPersonIsAlwaysInTheSameShare(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]int{"": 1, "lin": 0, "zhao.min": 1, "person00001": 3} {
		assert.Equal(t, want, shareOf(id, 4), "%q; processes that are built otherwise have to agree", id)
	}
}

func TestABadRowIsInOneShareAndABadListInAll(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	list := func(yield func(provision.Person, error) bool) {
		_ = yield(provision.Person{}, &provision.RowError{Line: 2, UserID: "lin", Err: errors.New("no number")}) &&
			yield(provision.Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: "zhao.min"}}, nil) &&
			yield(provision.Person{}, broken)
	}
	rows, ends := 0, 0
	for i := range 4 {
		for _, err := range share(list, i, 4) {
			if _, bad := rowOf(err); bad {
				rows++
				assert.Equal(t, shareOf("lin", 4), i)
			} else if errors.Is(err, broken) {
				ends++
			}
		}
	}
	assert.Equal(t, 1, rows)
	assert.Equal(t, 4, ends)
	for _, err := range share(list, shareOf("lin", 4), 4) {
		assert.ErrorContains(t, err, "no number")
		break // and nothing is said any more
	}
}
