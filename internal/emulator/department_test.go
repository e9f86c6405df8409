package emulator

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestListSubDepartmentIDs_ReturnsChildrenInOrder(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	last := a.department(directory.Department{Order: 30})
	first := a.department(directory.Department{Order: 10})
	tie := a.department(directory.Department{ID: first + 1000, Order: 10})
	a.department(directory.Department{ParentID: first})

	got := a.post(listPath, `{"dept_id":1}`)
	want := []any{}
	for _, id := range []int64{first, tie, last} {
		want = append(want, json.Number(strconv.FormatInt(id, 10)))
	}
	assert.Equal(t, want, got.result()["dept_id_list"], "direct children only, smaller orders first, then smaller IDs")

	leaf := a.post(listPath, `{"dept_id":`+strconv.FormatInt(last, 10)+`}`)
	assert.Equal(t, []any{}, leaf.result()["dept_id_list"], "an empty array, not null")
	assert.Equal(t, "60003", a.post(listPath, `{"dept_id":99}`).code())
	assert.Equal(t, "400002", a.post(listPath, `{}`).code())
}

func TestDepartmentID_IsExact(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	generated := a.department(directory.Department{})
	assert.Greater(t, generated, int64(math.MaxUint32))
	big := a.department(directory.Department{ID: math.MaxInt64})
	got := a.post(listPath, `{"dept_id":1}`)
	assert.Contains(t, got.result()["dept_id_list"], json.Number(strconv.FormatInt(big, 10)))
}

func TestAddDepartment_RefusesInvalidDepartments(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{ID: 9, Name: "R&D"})
	for name, d := range map[string]directory.Department{
		"the root again":   {ID: 1, Name: "Another"},
		"a duplicate":      {ID: 9, Name: "Another"},
		"no such parent":   {ID: 10, ParentID: 77},
		"a sibling's name": {ID: 10, Name: "R&D"},
		"a hyphen":         {ID: 10, Name: "R-D"},
	} {
		_, err := a.server.AddDepartment(d)
		require.Error(t, err, name)
	}
	d, ok := a.server.Department(9)
	require.True(t, ok)
	assert.Equal(t, directory.Department{ID: 9, ParentID: 1, Name: "R&D", Order: 9}, d)
	_, ok = a.server.Department(10)
	assert.False(t, ok)
	assert.Len(t, a.server.Departments(), 2)
}
