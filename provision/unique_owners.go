package provision

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/mobile"
)

// uniqueOwners is an index of who has the values that only one user of an organization can have.
type uniqueOwners struct {
	mobiles map[string][]owner    // by the number without its country code
	values  map[identity][]string // userids by email address and extension number
}

// uniqueKey returns the index key of a value, or the zero key if several users can have the value.
func uniqueKey(field, value string) identity {
	switch {
	case value == "", field != "email" && field != "telephone":
		return identity{}
	case field == "email":
		return identity{field, fold(value)}
	}
	return identity{field, value}
}

// owner is a user with a mobile number. The userid is empty if the app cannot see the user.
type owner struct{ stateCode, userID string }

func newUniqueOwners(people map[string]*dingtalk.User) uniqueOwners {
	h := uniqueOwners{map[string][]owner{}, map[identity][]string{}}
	for _, u := range people {
		h.add(u)
	}
	return h
}

func (h *uniqueOwners) add(u *dingtalk.User) {
	if u.Mobile != "" {
		h.mobiles[u.Mobile] = append(h.mobiles[u.Mobile], owner{u.StateCode, u.UserID})
	}
	for _, i := range []identity{uniqueKey("email", u.Email), uniqueKey("telephone", u.Telephone)} {
		if i != (identity{}) {
			h.values[i] = append(h.values[i], u.UserID)
		}
	}
}

// addMobile adds the owner of a number that was looked up.
func (h *uniqueOwners) addMobile(number, userID string) {
	n := mobile.Parse(number)
	h.mobiles[n.Local] = append(h.mobiles[n.Local], owner{n.Country, userID})
}

// mobileOwner returns another user who has the number.
func (h *uniqueOwners) mobileOwner(number, userID string) (owner, bool) {
	n := mobile.Parse(number)
	all := h.mobiles[n.Local]
	i := slices.IndexFunc(all, func(o owner) bool { return o.userID != userID && n.Is(o.stateCode, n.Local) })
	if number == "" || i < 0 {
		return owner{}, false
	}
	return all[i], true
}

// duplicates finds values that only one user can have and several rows of a list claim. It returns the field and the
// lines for each of these rows.
func duplicates(list []Person) map[int]duplicate {
	found := map[int]duplicate{}
	for _, c := range []struct {
		what string
		of   func(*Person) string
	}{
		{"login_id", func(p *Person) string { return p.LoginID }},
		{"telephone", func(p *Person) string { return p.Telephone }},
		{"email", func(p *Person) string { return fold(p.Email) }},
		{"mobile", func(p *Person) string {
			if p.Mobile == "" {
				return ""
			}
			n := mobile.Parse(p.Mobile)
			return n.Country + "-" + n.Local
		}},
		{"userid", func(p *Person) string { return p.UserID }}, // last, because it is the most specific
	} {
		rows := map[string][]int{}
		for i := range list {
			if value := c.of(&list[i]); value != "" {
				rows[value] = append(rows[value], i)
			}
		}
		for _, same := range rows {
			if len(same) < 2 {
				continue
			}
			lines := make([]int, len(same))
			for k, i := range same {
				lines[k] = list[i].Line
			}
			for _, i := range same {
				found[i] = duplicate{c.what, lines}
			}
		}
	}
	return found
}

// duplicate is a value that occurs on several lines of a list.
type duplicate struct {
	field string
	lines []int
}
