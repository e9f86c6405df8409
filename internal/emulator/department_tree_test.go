package emulator

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestCreateDepartment_LimitsTheDepth(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	lowest := a.chain(1, 14)
	got := a.post(createDeptPath, fmt.Sprintf(`{"name":"15","parent_id":%d}`, lowest))
	require.Equal(t, "0", got.code())
	below := got.result()["dept_id"].(json.Number).String()
	assert.Equal(t, "60002", a.post(createDeptPath, `{"name":"16","parent_id":`+below+`}`).code())

	pair := a.department(directory.Department{Name: "With a child"})
	a.department(directory.Department{ParentID: pair})
	assert.Equal(t, "60002", a.post(updateDeptPath, fmt.Sprintf(`{"dept_id":%d,"parent_id":%d}`, pair, lowest)).code())
	assert.Equal(t, "0", a.post(updateDeptPath, fmt.Sprintf(`{"dept_id":%d,"parent_id":%d}`, pair, a.unit(lowest).ParentID)).code())

	deep := a.chain(1, 20)
	assert.Equal(t, "0", a.post(updateDeptPath, fmt.Sprintf(`{"dept_id":%d,"name":"New"}`, deep)).code(), "seeds may be deeper")
}

func TestDeleteDepartment_RequiresAnEmptyDepartment(t *testing.T) {
	t.Parallel()
	a := company(t)
	drop := func(id any) string { return a.post(deleteDeptPath, fmt.Sprintf(`{"dept_id":%v}`, id)).code() }
	assert.Equal(t, "400002", a.post(deleteDeptPath, `{}`).code())
	assert.Equal(t, "60003", drop(99))
	assert.Equal(t, "60007", drop(1))
	assert.Equal(t, "60005", drop(11), "it has members")
	assert.Equal(t, "60005", drop(10), "or below it")
	assert.Equal(t, "0", a.post(updatePath, `{"userid":"clerk","dept_id_list":"12"}`).code())
	assert.Equal(t, "60005", drop(10))
	assert.Equal(t, "0", a.post(deletePath, `{"userid":"clerk"}`).code())
	assert.Equal(t, "60006", drop(11))
	for _, id := range []int{12, 11, 10} {
		got := a.post(deleteDeptPath, fmt.Sprintf(`{"dept_id":%d}`, id))
		assert.Equal(t, "0", got.code())
		assert.NotContains(t, got, "result")
		assert.Equal(t, "60003", drop(id), "a second time there is none")
	}
	assert.Len(t, a.server.Departments(), 2)
	assert.Equal(t, "0", a.post(createDeptPath, `{"name":"Engineering","parent_id":1}`).code(), "the name is free")
}

// The stored counts equal those of a fresh count, in any order of additions, moves and deletions.
func TestHeadcount_StaysCorrect(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	random := rand.New(rand.NewPCG(1, 2)) // the same each time
	depts := []int64{1}
	pick := func() int64 { return depts[random.IntN(len(depts))] }
	for range 20 {
		depts = append(depts, a.department(directory.Department{ParentID: pick()}))
	}
	moved, deleted := 0, 0
	for i := range 600 {
		switch userid := fmt.Sprint("u", random.IntN(15)); random.IntN(5) {
		case 0:
			_, _ = a.server.AddUser(directory.User{UserID: userid, DeptIDList: []int64{pick(), pick(), pick()}})
		case 1:
			a.post(updatePath, fmt.Sprintf(`{"userid":%q,"dept_id_list":"%d,%d"}`, userid, pick(), pick()))
		case 2:
			a.post(deletePath, fmt.Sprintf(`{"userid":%q}`, userid))
		case 3:
			if a.post(updateDeptPath, fmt.Sprintf(`{"dept_id":%d,"parent_id":%d}`, pick(), pick())).code() == "0" {
				moved++
			}
		case 4:
			at := random.IntN(len(depts))
			if a.post(deleteDeptPath, fmt.Sprintf(`{"dept_id":%d}`, depts[at])).code() == "0" {
				depts[at] = a.department(directory.Department{ParentID: 1})
				deleted++
			}
		}
		if i%20 != 0 {
			continue
		}
		for _, id := range depts {
			var all, direct int64
			for _, u := range a.server.Users() {
				in := false
				for _, dept := range u.DeptIDList {
					for at := dept; at != 0; at = a.unit(at).ParentID {
						in = in || at == id
					}
				}
				if in {
					all++
				}
				if u.In(id) {
					direct++
				}
			}
			got := a.post(getDeptPath, fmt.Sprintf(`{"dept_id":%d}`, id)).result()
			assert.Equal(t, json.Number(fmt.Sprint(all)), got["member_count"], "once each, even who is in two departments")
			assert.Equal(t, json.Number(fmt.Sprint(direct)), got["owning_member_count"])
		}
	}
	assert.Positive(t, moved)
	assert.Positive(t, deleted)
}
