package provision_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

var protectSeed = flag.Uint64("protect.seed", 0, "the first seed of the random lists; 0 is the time")

// TestNewPlan_NeverDeletesPeopleWhomARandomListNamesOrClaims makes random lists for random organizations. Each row
// names and claims people in a random spelling, and most rows have a defect.
func TestNewPlan_NeverDeletesPeopleWhomARandomListNamesOrClaims(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: plans 60 random lists in every form")
	}
	first := *protectSeed
	if first == 0 {
		first = uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
	}
	var deleted atomic.Int64
	t.Cleanup(func() { assert.Greater(t, deleted.Load(), int64(50), "people whom no list names are deleted") })
	for seed := first; seed < first+60; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				r := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // a repeatable sequence
				people := randomPeople(r)
				for _, u := range people {
					srv.AddUser(u)
				}
				list, protected := randomList(r, people)
				forms := listForms(list)
				for _, form := range slices.Sorted(maps.Keys(forms)) {
					plan, err := provision.NewPlan(t.Context(), srv.Client(), forms[form], provision.Options{Delete: true, DeleteAdmins: true})
					require.NoError(t, err)
					for _, id := range deletions(plan) {
						deleted.Add(1)
						assert.Empty(t, protected[id], "go test -run RandomList -protect.seed=%d: %s is deleted, in %s, though a row has %q", seed, id, form, protected[id])
					}
				}
			})
		})
	}
}

// randomPeople returns people, some of them without an address, a number or a mobile number.
func randomPeople(r *rand.Rand) (people []dingtalktest.User) {
	maybe := func(value string) string {
		if r.IntN(4) == 0 {
			return ""
		}
		return value
	}
	for i := range 5 + r.IntN(12) {
		id := []string{"person.%d", "Person-%d", "01645530284%05d", "张伟%d", "%d.user"}[r.IntN(5)]
		u := dingtalktest.User{
			UserID: fmt.Sprintf(id, i+10), Name: "Name", Mobile: fmt.Sprintf("139%08d", r.IntN(100)*100+i), Email: maybe(fmt.Sprintf("P%d@Example.com", i)),
			OrgEmail: maybe(fmt.Sprintf("o%d@corp.example.com", i)), Telephone: maybe(fmt.Sprint(100 + i)), JobNumber: maybe(fmt.Sprintf("No-%d", i+10)),
			DeptIDList: []int64{[]int64{1, sales, platform}[r.IntN(3)]}, Admin: r.IntN(9) == 0,
		}
		if r.IntN(4) == 0 {
			u.StateCode, u.Mobile = "852", fmt.Sprintf("5%07d", r.IntN(1000)*100+i)
		}
		if r.IntN(5) == 0 {
			u.ExclusiveAccount, u.ExclusiveAccountType, u.LoginID = true, "dingtalk", fmt.Sprintf("login%d", i+10)
			u.ExclusiveMobile = fmt.Sprintf("+86-138%08d", r.IntN(100)*100+i) // which no response shows
		}
		people = append(people, u)
	}
	return people
}

// randomList returns a list and, by userid, why people are protected by it.
func randomList(r *rand.Rand, people []dingtalktest.User) (list []provision.Person, protected map[string]string) {
	protected = map[string]string{}
	spoils := slices.Sorted(maps.Keys(rowDefects))
	for i := range 1 + r.IntN(4) {
		row := newPerson(fmt.Sprint("new", i), fmt.Sprintf("1370000%04d", i), nil)
		for range r.IntN(3) {
			u := people[r.IntN(len(people))]
			owns := map[string]string{
				"userid": u.UserID, "manager_userid": u.UserID, "mobile": u.Mobile, "email": u.Email, "login_email": u.Email,
				"org_email": u.OrgEmail, "telephone": u.Telephone, "job_number": u.JobNumber, "login_id": u.LoginID,
				"exclusive_mobile": u.ExclusiveMobile,
			}
			field := slices.Sorted(maps.Keys(owns))[r.IntN(len(owns))]
			if u.ExclusiveMobile != "" && r.IntN(2) == 0 {
				field = "exclusive_mobile"
			}
			if owns[field] == "" {
				continue
			}
			value := owns[field]
			if field == "mobile" {
				value = []string{value, "+" + u.StateCode + "-" + value, u.StateCode + value, "+" + u.StateCode + " " + value}[r.IntN(4)]
			}
			ways := spellings(value)
			set(&row, field, ways[slices.Sorted(maps.Keys(ways))[r.IntN(len(ways))]])
		}
		list = append(list, rowDefects[spoils[r.IntN(len(spoils))]](&row)...)
		list = append(list, row)
	}
	r.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	findProtected(list, people, protected)
	return list, protected
}

// findProtected finds by brute force who is named or claimed.
func findProtected(list []provision.Person, people []dingtalktest.User, protected map[string]string) {
	for i := range list {
		p := &list[i]
		for _, u := range people {
			for _, pair := range [][2]string{
				{p.UserID, u.UserID}, {p.ManagerUserID, u.UserID}, {p.Mobile, u.Mobile}, {p.Email, u.Email}, {p.LoginEmail, u.Email}, {p.OrgEmail, u.OrgEmail},
				{p.Telephone, u.Telephone}, {p.JobNumber, u.JobNumber}, {p.LoginID, u.LoginID}, {p.ExclusiveMobile, u.ExclusiveMobile},
			} {
				if pair[1] != "" && isSpelling(pair[0], pair[1]) {
					protected[u.UserID] = pair[0]
				}
			}
		}
	}
}

// isSpelling reports whether a text is one of the spellings of a value, with or without a country code.
func isSpelling(text, value string) bool {
	for _, code := range []string{"", "+86-", "86", "+86 ", "+852-", "852", "+852 "} {
		for _, way := range spellings(value) {
			if text == way || text == code+value {
				return true
			}
		}
		if code != "" {
			for _, way := range spellings(code + value) {
				if text == way {
					return true
				}
			}
		}
	}
	return false
}
