package dingtalk

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// readTokens reads a list from a function of the page, and returns how many items and pages it had.
func readTokens(page func(n int) (items []int, next int, more bool)) (items, fetched int, last error) {
	same := func(n int) int { return n }
	for _, err := range tokenPages(&contract.ListLeaveRecords, 0, same, func(token int) ([]int, int, bool, error) {
		fetched++
		list, next, more := page(token)
		return list, next, more, nil
	}) {
		if last = err; err == nil {
			items++
		}
	}
	return items, fetched, last
}

func TestTokenPages_EndWhateverTheTokensAre(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		page    func(n int) ([]int, int, bool)
		items   int
		fetched int
		err     error
	}{
		"the list ends": {func(n int) ([]int, int, bool) { return []int{n}, n + 1, n < 9 }, 10, 10, nil},
		"99 pages bring nothing": {func(n int) ([]int, int, bool) {
			if n%100 == 0 {
				return []int{n}, n + 1, n < 500
			}
			return nil, n + 1, true
		}, 6, 501, nil},
		"100 pages bring nothing": {func(n int) ([]int, int, bool) { return []int{7}, n + 1, true }, 1, 101, errIdlePages},
		"a token repeats at once": {func(n int) ([]int, int, bool) { return []int{n}, n, true }, 1, 1, errCursor},
		"tokens go in circles":    {func(n int) ([]int, int, bool) { return []int{n}, (n + 1) % 3, true }, 3, 3, errCursor},
		"each page brings more":   {func(n int) ([]int, int, bool) { return []int{n}, n + 1, true }, maxPages, maxPages, errManyPages},
	} {
		items, fetched, err := readTokens(tt.page)
		assert.Equal(t, []int{tt.items, tt.fetched}, []int{items, fetched}, name)
		if tt.err == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, tt.err, name)
		require.ErrorIs(t, err, ErrUnsupported, name)
	}
}
