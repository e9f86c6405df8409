package provision_test

import (
	"encoding/json"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

const gbk = "\xd5\xd4\xc3\xf4" // 赵敏

func TestLists_RefuseTextThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	csv := func(text string) iter.Seq2[provision.Person, error] { return provision.CSV(strings.NewReader(text)) }
	lines := func(text string) iter.Seq2[provision.Person, error] {
		return provision.JSONLines(strings.NewReader(text))
	}
	for name, tt := range map[string]struct {
		list iter.Seq2[provision.Person, error]
		want string
	}{
		"in the header":            {csv("userid,#" + gbk + "\na,x\n"), `provision: the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in a userid":              {csv("userid,name\na,A\n" + gbk + ",B\n"), `provision: reading the list: line 3: the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in a name":                {csv("userid,name\na," + gbk + "\n"), `provision: reading the list: line 2: the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in a skipped column":      {csv("userid,#note\na," + gbk + "\n"), `provision: reading the list: line 2: the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in too many cells":        {csv("userid,name\na,A," + gbk + "\n"), `provision: reading the list: line 2: the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in an empty row":          {csv("userid,name\na,A\n,\xff\n"), `provision: reading the list: line 3: the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in UTF-16":                {csv("\xff\xfeu\x00s\x00e\x00r\x00i\x00d\x00\n\x00"), `the text is not UTF-8; save the list as "CSV UTF-8"`},
		"in JSON":                  {lines(`{"userid":"a"}` + "\n" + `{"userid":"` + gbk + `"}` + "\n"), "provision: reading the list: line 2: the text is not UTF-8; save the list as UTF-8"},
		"in text that is not JSON": {lines(gbk), "provision: reading the list: line 1: the text is not UTF-8; save the list as UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			plan, err := provision.NewPlan(t.Context(), srv.Client(), tt.list, provision.Options{})
			require.ErrorContains(t, err, tt.want)
			assert.Nil(t, plan)
			assert.Empty(t, srv.Calls(""))
		})
	}
}

// TestNewPlan_NamesValuesThatAreNotUTF8 plans for values of a program. The plan survives JSON.
func TestNewPlan_NamesValuesThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	for where, change := range map[string]func(*provision.Person){
		"userid":                   func(p *provision.Person) { p.UserID = "a\xff" },
		"name":                     func(p *provision.Person) { p.Name = gbk },
		"title":                    func(p *provision.Person) { p.Title = gbk },
		"extension":                func(p *provision.Person) { p.Extension = `{"Hobby":"` + gbk + `"}` },
		"DeptPaths":                func(p *provision.Person) { p.DeptPaths = []string{"/Sales", "/" + gbk} },
		"Clear":                    func(p *provision.Person) { p.Clear = []string{gbk} },
		"dept_position_list.title": func(p *provision.Person) { p.DeptPositionList = positions(gbk) },
	} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addPeople(srv, 2, sales)
				plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(newPerson("new", "13900000001", change)), provision.Options{Delete: true})
				require.NoError(t, err)
				assert.Equal(t, provision.ActionConflict, plan.Items[0].Action)
				assert.Equal(t, where+`: the text is not UTF-8; save the list as "CSV UTF-8"`, plan.Items[0].Reason)
				assert.Zero(t, plan.Count(provision.ActionDelete), "it is unknown whom such a row means")
				checkJSONRoundTrip(t, plan)
			})
		})
	}
	t.Run("a row that a program could not read", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			var list iter.Seq2[provision.Person, error] = func(yield func(provision.Person, error) bool) {
				yield(provision.Person{}, &provision.RowError{UserID: gbk, Err: assert.AnError})
			}
			plan, err := provision.NewPlan(t.Context(), srv.Client(), list, provision.Options{})
			require.NoError(t, err)
			assert.Equal(t, provision.ActionConflict, plan.Items[0].Action)
			checkJSONRoundTrip(t, plan)
		})
	})
}

// checkJSONRoundTrip checks that a plan is the same after JSON.
func checkJSONRoundTrip(t *testing.T, plan *provision.Plan) {
	t.Helper()
	text, err := json.Marshal(plan)
	require.NoError(t, err)
	var kept provision.Plan
	require.NoError(t, json.Unmarshal(text, &kept))
	assert.Equal(t, plan.ID(), kept.ID())
}

func TestNewPlan_NamesDamagedIdentifiers(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"zhao\ufffd":  "lost characters when it was saved",
		"1.64553E+17": "is a number that a spreadsheet has shortened; format the column as text",
		"1,64553E+17": "is a number that a spreadsheet has shortened; format the column as text",
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			addPeople(srv, 2, sales)
			for _, row := range []provision.Person{newPerson(id, "13900000001", nil), newPerson("new", id, nil)} {
				plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(row), provision.Options{Delete: true})
				require.NoError(t, err)
				assert.Contains(t, planText(plan), want)
				assert.Equal(t, 1, plan.Count(provision.ActionConflict))
				assert.Zero(t, plan.Count(provision.ActionDelete))
			}
		})
	}
}

func TestApply_RefusesAPlanThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	plan := &provision.Plan{People: 1, Items: []provision.Item{{
		Action: provision.ActionCreate, UserID: "a", Changes: []provision.Change{{Field: "name", New: gbk}},
	}}}
	_, err := plan.Apply(t.Context(), srv.Client(), provision.ApplyOptions{})
	require.EqualError(t, err, "provision: the plan is damaged: items.changes.new is not UTF-8")
	assert.Empty(t, srv.Calls(""))
}

func TestLists_ReadUserIDsAlike(t *testing.T) {
	t.Parallel()
	for form, list := range map[string]iter.Seq2[provision.Person, error]{
		"CSV":        provision.CSV(strings.NewReader("userid,manager_userid,mobile\n\u3000li.na ,\" boss\t\", 13900000001\n")),
		"JSON lines": provision.JSONLines(strings.NewReader(`{"userid":"\u3000li.na ","manager_userid":" boss\t","mobile":" 13900000001"}`)),
		"Go values": provision.List(newPerson("\u3000li.na ", " 13900000001", func(p *provision.Person) {
			p.ManagerUserID, p.Name, p.DeptIDList = " boss\t", "", nil
		})),
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001"})
				srv.AddUser(dingtalktest.User{UserID: "boss", Name: "Boss", Mobile: "13900000002"})
				plan, err := provision.NewPlan(t.Context(), srv.Client(), list, provision.Options{})
				require.NoError(t, err)
				require.Len(t, plan.Items, 1)
				assert.Equal(t, "li.na", plan.Items[0].UserID)
				assert.Equal(t, []provision.Change{{Field: "manager_userid", New: "boss"}}, plan.Items[0].Changes)
			})
		})
	}
}

func positions(title string) []dingtalk.DeptPosition {
	return []dingtalk.DeptPosition{{DeptID: 1, Title: title}}
}
