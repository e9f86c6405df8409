package directory

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

func TestSample_ALargeOneLooksLikeAnOrganization(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		o := shapeOf(newSample(t, Sample{1000, 8000, seed}, Config{}))
		between := func(low, high float64, got float64, what string) {
			t.Helper()
			assert.True(t, low <= got && got <= high, "%s: %.1f is not between %.0f and %.0f", what, got, low, high)
		}
		between(3, 6, float64(o.children[contract.RootDepartmentID]), "departments at the top")
		between(5.5, 9, float64(len(o.departments)-1)/float64(len(o.children)), "children of those that have any")
		between(12, 60, float64(maximum(o.children)), "the most children")
		between(6, 7, float64(maximum(o.levels)), "levels")

		hidden, outer, managed, coded, mapped, crowded, empty := 0, 0, 0, 0, 0, 0, 0
		for _, d := range o.departments[1:] {
			for is, n := range map[*int]bool{
				&hidden: d.HideDept, &outer: d.OuterDept, &managed: len(d.DeptManagerUserIDList) > 0, &coded: d.Code != "",
				&mapped: d.SourceIdentifier != "", &crowded: len(o.members[d.ID]) > 100, &empty: len(o.members[d.ID]) == 0,
			} {
				if n {
					*is++
				}
			}
		}
		between(10, 50, float64(hidden), "hidden departments")
		between(6, 35, float64(outer), "outer departments")
		between(600, 950, float64(managed), "departments with managers")
		between(250, 420, float64(coded), "departments with codes")
		between(420, 580, float64(mapped), "departments with identifiers of another system")
		between(3, 20, float64(crowded), "crowded departments")
		between(25, 65, float64(empty), "empty departments")

		for what, share := range map[string]struct {
			low, high float64
			is        func(User) bool
		}{
			"in several departments":  {6, 10, func(u User) bool { return len(u.DeptIDList) > 1 }},
			"in the root":             {0.3, 1.5, func(u User) bool { return slices.Contains(u.DeptIDList, contract.RootDepartmentID) }},
			"inactive":                {5, 10, func(u User) bool { return !u.Active }},
			"abroad":                  {3, 7, func(u User) bool { return u.StateCode != mainland }},
			"leaders":                 {8, 16, leads},
			"with a manager":          {85, 97, func(u User) bool { return u.ManagerUserID != "" }},
			"with custom fields":      {8, 16, func(u User) bool { return u.Extension != "" }},
			"with a title":            {80, 95, func(u User) bool { return u.Title != "" }},
			"with a title somewhere":  {5, 10, func(u User) bool { return u.DeptTitleList != nil }},
			"with a role":             {5, 15, func(u User) bool { return u.RoleList != nil }},
			"with a job number":       {70, 90, func(u User) bool { return u.JobNumber != "" }},
			"with a hired date":       {70, 90, func(u User) bool { return !u.HiredDate.IsZero() }},
			"with a mail address":     {25, 45, func(u User) bool { return u.Email != "" }},
			"with a work place":       {40, 60, func(u User) bool { return u.WorkPlace != "" }},
			"with a Chinese name":     {55, 75, func(u User) bool { return hasLetter(u.Name, unicode.Han) }},
			"with a Latin name":       {25, 40, func(u User) bool { return hasLetter(u.Name, unicode.Latin) }},
			"with a generated userid": {65, 85, func(u User) bool { return u.UserID[0] == '0' }},
			"with an order of their own": {2, 6, func(u User) bool {
				return slices.ContainsFunc(u.DeptOrderList, func(d DeptOrder) bool { return d.Order < 1<<53 })
			}},
			"bare": {0.5, 2, isBare},
		} {
			between(share.low, share.high, o.percent(share.is), "% "+what)
		}
	}
}

func leads(u User) bool {
	return slices.ContainsFunc(u.LeaderInDept, func(d DeptLeader) bool { return d.Leader })
}

func maximum(counts map[int64]int) int {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

func hasLetter(text string, of *unicode.RangeTable) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(of, r) })
}

// isBare reports whether a person has only the required fields.
func isBare(u User) bool {
	return u.Title+u.JobNumber+u.Email+u.OrgEmail+u.Telephone+u.WorkPlace+u.Remark+u.Extension+u.ManagerUserID+u.Avatar == "" &&
		u.HiredDate.IsZero() && u.RoleList == nil && len(u.DeptIDList) == 1 && !leads(u)
}

// A few dozen people and departments are enough for one of each kind.
func TestSample_ASmallOneHasOneOfEachKind(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		o := shapeOf(newSample(t, Sample{36, 60, seed}, Config{}))
		people := map[string]func(User) bool{
			"needs escaping in HTML": func(u User) bool { return u.Name == "<script>alert(1)</script>" },
			"has the longest name":   func(u User) bool { return utf8.RuneCountInString(u.Name) == 80 },
			"has the longest userid": func(u User) bool { return len(u.UserID) == 64 },
			"has an emoji":           func(u User) bool { return strings.Contains(u.Name, "🌻") },
			"is read from the right": func(u User) bool { return hasLetter(u.Name, unicode.Arabic) },
			"is bare":                isBare,
			"is inactive":            func(u User) bool { return !u.Active },
			"is abroad":              func(u User) bool { return u.StateCode != mainland },
			"has custom fields":      func(u User) bool { return strings.Contains(u.Extension, "Hobby") },
			"is in the root":         func(u User) bool { return u.DeptIDList[0] == contract.RootDepartmentID },
			"administers a part":     func(u User) bool { return u.AdminLevel == subAdmin },
			"has a further role": func(u User) bool {
				return slices.ContainsFunc(u.RoleList, func(r Role) bool { return r.GroupName != DefaultRoleGroup })
			},
			"has an order that is no float": func(u User) bool {
				return slices.ContainsFunc(u.DeptOrderList, func(d DeptOrder) bool { return int64(float64(d.Order)) != d.Order })
			},
		}
		for what, is := range people {
			assert.True(t, slices.ContainsFunc(o.users, is), "no person %s, seed %d", what, seed)
		}
		departments := map[string]func(Department) bool{
			"needs escaping in HTML": func(d Department) bool { return d.Name == "R&D <Lab>" },
			"has the longest name":   func(d Department) bool { return utf8.RuneCountInString(d.Name) == 64 },
			"is hidden":              func(d Department) bool { return d.HideDept },
			"is outer":               func(d Department) bool { return d.OuterDept },
			"is empty":               func(d Department) bool { return len(o.members[d.ID]) == 0 },
			"has managers":           func(d Department) bool { return len(d.DeptManagerUserIDList) > 0 },
			"has the default order":  func(d Department) bool { return d.Order == d.ID },
		}
		for what, is := range departments {
			assert.True(t, slices.ContainsFunc(o.departments, is), "no department %s, seed %d", what, seed)
		}
	}
}
