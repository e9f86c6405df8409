package dingtalk

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// book is a list in pages of three, which counts how often it is asked.
type book struct {
	size, asked int
	fails       int64 // the cursor at which it fails; 0: never
	stuck       bool
}

func (b *book) page(cursor int64) ([]int64, int64, bool, error) {
	b.asked++
	if b.fails != 0 && cursor >= b.fails {
		return nil, 0, false, errors.New("out of print")
	}
	var items []int64
	for i := cursor; i < min(cursor+3, int64(b.size)); i++ {
		items = append(items, i)
	}
	next := cursor + 3
	if b.stuck {
		next = cursor
	}
	return items, next, next < int64(b.size), nil
}

func TestAnIteratorReadsAllPagesAndStartsOverWhenRangedAgain(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 3, 7} {
		b := &book{size: size}
		all := pages(&contract.ListUsers, 0, b.page)
		for range 2 {
			var got []int64
			for item, err := range all {
				require.NoError(t, err)
				got = append(got, item)
			}
			assert.Len(t, got, size)
		}
		assert.Equal(t, 2*max(1, (size+2)/3), b.asked)
	}
}

func TestAnIteratorStopsFetchingWhenItIsLeft(t *testing.T) {
	t.Parallel()
	b := &book{size: 100}
	for item, err := range pages(&contract.ListUsers, 6, b.page) {
		require.NoError(t, err)
		if item == 8 { // the last of the first page
			break
		}
	}
	assert.Equal(t, 1, b.asked)
}

func TestTheErrorOfAnIteratorIsItsLastPair(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*book{
		"a page that fails":                {size: 100, fails: 6},
		"a cursor that does not advance":   {size: 100, stuck: true},
		"a first page that fails, from on": {size: 100, fails: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good, failed := 0, 0
			for item, err := range pages(&contract.ListUsers, 0, b.page) {
				require.Zero(t, failed, "nothing comes after it")
				if err != nil {
					failed++
					assert.Zero(t, item)
					continue // a caller who does not leave gets nothing more
				}
				good++
			}
			assert.Equal(t, 1, failed)
			assert.Positive(t, good)
			assert.LessOrEqual(t, b.asked, 3)
		})
	}
}

func TestAStuckCursorIsAnErrorOfItsOwn(t *testing.T) {
	t.Parallel()
	b := &book{size: 100, stuck: true}
	for _, err := range pages(&contract.ListRoles, 0, b.page) {
		if err != nil {
			require.ErrorIs(t, err, ErrUnsupported)
			require.EqualError(t, err, "dingtalk: ListRoles: the list goes on, but its cursor does not advance")
		}
	}
	assert.Equal(t, 1, b.asked)
}

func TestUnionDeptExtComesInTwoSpellings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]UnionDeptExt{
		`{"corp_id":"ding1","dept_id":7}`:                     {CorpID: "ding1", DeptID: 7},
		`{"corpId":"ding1","deptId":"7"}`:                     {CorpID: "ding1", DeptID: 7},
		`{"corp_id":"a","corpId":"a","dept_id":7,"deptId":0}`: {CorpID: "a", DeptID: 7},
		`{}`:                                {},
		`null`:                              {},
		`""`:                                {},
		`{"corp_id":"ding1","dept_id":"7"}`: {CorpID: "ding1", DeptID: 7},
	} {
		got := UnionDeptExt{CorpID: "old", DeptID: 1}
		require.NoError(t, got.UnmarshalJSON([]byte(text)), text)
		assert.Equal(t, want, got, text)
	}
}
