package provision_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"iter"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// holder is not in the lists of the tests below, but has values that they name or claim.
var owner = dingtalktest.User{
	UserID: "zhao.min", Name: "Zhao Min", Mobile: "13900000001", Email: "zhao@example.com", OrgEmail: "zhao.min@corp.example.com",
	Telephone: "11", JobNumber: "E-7", DeptIDList: []int64{sales}, ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "zhao",
}

// spellings returns ways in which people, spreadsheets and programs write a value.
func spellings(value string) map[string]string {
	wide := strings.Map(func(r rune) rune {
		if r > '~' {
			return r
		}
		return r + '！' - '!'
	}, value)
	cut := len(string([]rune(value)[:2]))
	return map[string]string{
		"as it is": value, "with spaces around": " " + value + "\t", "with wide spaces": "\u3000" + value + "\u00a0", "in another case": strings.ToUpper(value),
		"in full width": wide, "with a space in it": value[:cut] + " " + value[cut:], "with invisible characters": "\u202d" + value[:cut] + "\u200b" + value[cut:] + "\u202c",
		"with an apostrophe": "'" + value, "behind another one": "x " + value, "with a name": "Zhao Min <" + value + ">", "with a note": value + " (left)", "in quotation marks": "“" + value + "”", "with another one": value + "、x",
	}
}

// claimedValues returns, by field, spellings of the holder's values.
func claimedValues() map[string]map[string]string {
	all := map[string]map[string]string{
		"userid": spellings(owner.UserID), "manager_userid": spellings(owner.UserID), "email": spellings(owner.Email),
		"login_email": spellings(owner.Email), "org_email": spellings(owner.OrgEmail), "job_number": spellings(owner.JobNumber),
		"login_id": spellings(owner.LoginID), "telephone": {"as it is": "11", "as a float": "11.0", "with zeros": "0011", "with a space in it": "1 1"},
		"mobile": spellings(owner.Mobile),
	}
	maps.Copy(all["mobile"], map[string]string{
		"with its country code": "+86-13900000001", "with spaces": "+86 139 0000 0001", "without the dash": "+8613900000001", "without the plus": "8613900000001",
		"as dialed": "0086 13900000001", "with dashes": "139-0000-0001", "in brackets": "(+86) 13900000001", "as a float": "13900000001.0",
		"as the second": "13700000099/13900000001",
	})
	return all
}

// rowDefects are the defects of a row, or of the list because of it.
var rowDefects = map[string]func(p *provision.Person) (more []provision.Person){
	"nothing":               func(*provision.Person) []provision.Person { return nil },
	"an unknown department": func(p *provision.Person) []provision.Person { p.DeptIDList = []int64{4711}; return nil },
	"an unknown path": func(p *provision.Person) []provision.Person {
		p.DeptIDList, p.DeptPaths = nil, []string{"/Nowhere"}
		return nil
	},
	"its userid occurs twice": func(p *provision.Person) []provision.Person {
		return []provision.Person{newPerson(p.UserID, "13700000009", nil)}
	},
	"its number occurs twice": func(p *provision.Person) []provision.Person {
		p.Mobile = cmpOr(p.Mobile, "13700000001")
		return []provision.Person{newPerson("another", p.Mobile, nil)}
	},
	"its address occurs twice": func(p *provision.Person) []provision.Person {
		p.Email = cmpOr(p.Email, "new@example.com")
		return []provision.Person{newPerson("another", "13700000009", func(o *provision.Person) { o.Email = p.Email })}
	},
	"no name":          func(p *provision.Person) []provision.Person { p.Name = ""; return nil },
	"no mobile number": func(p *provision.Person) []provision.Person { p.Mobile = ""; return nil },
	"an unknown manager": func(p *provision.Person) []provision.Person {
		p.ManagerUserID = cmpOr(p.ManagerUserID, "missing")
		return nil
	},
	"a taken number": func(p *provision.Person) []provision.Person { p.Mobile = cmpOr(p.Mobile, "13900000008"); return nil },
	"a taken address": func(p *provision.Person) []provision.Person {
		p.Email = cmpOr(p.Email, "keeper@example.com")
		return nil
	},
	"a field that cannot be cleared": func(p *provision.Person) []provision.Person { p.Clear = []string{"name"}; return nil },
	"invalid custom fields":          func(p *provision.Person) []provision.Person { p.Extension = `{"":"x"}`; return nil },
}

// listForms returns a list in all its forms.
func listForms(people []provision.Person) map[string]iter.Seq2[provision.Person, error] {
	columns := []string{"userid", "name", "mobile", "email", "org_email", "login_email", "telephone", "job_number", "login_id", "manager_userid", "dept_id_list", "extension", "exclusive_mobile"}
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	_ = out.Write(columns)
	var lines strings.Builder
	for i := range people {
		p := &people[i]
		cells := []string{p.UserID, p.Name, p.Mobile, p.Email, p.OrgEmail, p.LoginEmail, p.Telephone, p.JobNumber, p.LoginID, p.ManagerUserID, "", string(p.Extension), p.ExclusiveMobile}
		depts := append([]string{}, p.DeptPaths...)
		for _, id := range p.DeptIDList {
			depts = append(depts, strconv.FormatInt(id, 10))
		}
		cells[10] = strings.Join(depts, ",")
		_ = out.Write(cells)
		object := map[string]any{}
		for i, cell := range cells {
			if cell != "" {
				object[columns[i]] = cell
			}
		}
		if p.Clear != nil {
			object["clear"] = p.Clear
		}
		line, _ := json.Marshal(object)
		lines.Write(append(line, '\n'))
	}
	out.Flush()
	return map[string]iter.Seq2[provision.Person, error]{
		"CSV": provision.CSV(&text), "JSON lines": provision.JSONLines(strings.NewReader(lines.String())), "Go values": provision.List(people...),
	}
}

// set sets a field to a value.
func set(p *provision.Person, field, value string) {
	*map[string]*string{
		"userid": &p.UserID, "mobile": &p.Mobile, "email": &p.Email, "org_email": &p.OrgEmail, "login_email": &p.LoginEmail,
		"telephone": &p.Telephone, "job_number": &p.JobNumber, "login_id": &p.LoginID, "manager_userid": &p.ManagerUserID,
		"exclusive_mobile": &p.ExclusiveMobile,
	}[field] = value
}

// TestNewPlan_ProtectsWhatAnyRowNamesOrClaims checks each field in each spelling, in a row with each defect, in lists
// of each form. A bystander whom no row names is deleted each time.
func TestNewPlan_ProtectsWhatAnyRowNamesOrClaims(t *testing.T) {
	t.Parallel()
	for field, ways := range claimedValues() {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddUser(owner)
				srv.AddUser(dingtalktest.User{UserID: "bystander", Name: "Sun", Mobile: "13900000009", JobNumber: "E-9", Telephone: "19", Email: "sun@example.com", DeptIDList: []int64{sales}})
				srv.AddUser(dingtalktest.User{UserID: "keeper", Name: "Keeper", Mobile: "13900000008", Email: "keeper@example.com", DeptIDList: []int64{1}})
				for way, value := range ways {
					for fault, spoil := range rowDefects {
						if testing.Short() && fault != "nothing" {
							continue // skipped with -short: makes thousands of plans
						}
						row := newPerson("new", "13700000002", func(p *provision.Person) { set(p, field, value) })
						list := append([]provision.Person{newPerson("keeper", "", nil)}, spoil(&row)...)
						if row.Mobile == "" && field == "mobile" {
							continue
						}
						for form, list := range listForms(append(list, row)) {
							if way != "as it is" && fault != "nothing" && (form != "Go values" || !strings.HasSuffix(fault, "occurs twice")) {
								continue // how a value is read does not depend on the defect
							}
							plan, err := provision.NewPlan(t.Context(), srv.Client(), list, provision.Options{Delete: true})
							require.NoError(t, err)
							deleted := deletions(plan)
							if field == "userid" && way == "as it is" {
								assert.NotContains(t, unlistedActions(plan), "zhao.min")
							}
							assert.Equal(t, []string{"bystander"}, deleted, "%s %s %q, in a row with %s, in %s:\n%s", field, way, value, fault, form, planText(plan))
						}
					}
				}
			})
		})
	}
}

func deletions(plan *provision.Plan) (ids []string) {
	for _, it := range plan.Items {
		if it.Action == provision.ActionDelete {
			ids = append(ids, it.UserID)
		}
	}
	return ids
}

func TestNewPlan_ProtectsUserIDsThatASpreadsheetHasAltered(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "0164553028412345", Name: "A", Mobile: "13900000001"})
		srv.AddUser(dingtalktest.User{UserID: "264553028412345005", Name: "B", Mobile: "13900000002"})
		srv.AddUser(dingtalktest.User{UserID: "364553028412345005", Name: "C", Mobile: "13900000003"})
		for list, want := range map[string][]string{
			"userid\n164553028412345\n":             {"264553028412345005", "364553028412345005"},
			"userid\n164553028412345.0\n":           {"264553028412345005", "364553028412345005"},
			"userid\n264553028412345000\n":          {"0164553028412345", "364553028412345005"},
			"userid\n264553028412345001\n":          {"0164553028412345", "264553028412345005", "364553028412345005"},
			"userid\n0164553028412345\n2.64553E+17": nil,
		} {
			assert.ElementsMatch(t, want, deletions(newPlan(t, srv, list, provision.Options{Delete: true})), list)
		}
	})
}
