package provision

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/mobile"
)

// holders knows who has what only one person of an organisation can have.
type uniqueOwners struct {
	mobiles map[string][]owner    // by the number without its country
	values  map[identity][]string // userids by mail address and extension number
}

// uniqueOf returns the identity that a value is if only one person of an organization can have it.
func uniqueKey(field, value string) identity {
	switch {
	case value == "", field != "email" && field != "telephone":
		return identity{}
	case field == "email":
		return identity{field, fold(value)}
	}
	return identity{field, value}
}

// holder is somebody with a mobile number. One whom the app cannot see has no userid here.
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

// found adds the holder of a number that was looked up.
func (h *uniqueOwners) addMobile(number, userID string) {
	n := mobile.Parse(number)
	h.mobiles[n.Local] = append(h.mobiles[n.Local], owner{n.Country, userID})
}

// ofMobile finds somebody else who has the number.
func (h *uniqueOwners) mobileOwner(number, userID string) (owner, bool) {
	n := mobile.Parse(number)
	all := h.mobiles[n.Local]
	i := slices.IndexFunc(all, func(o owner) bool { return o.userID != userID && n.Is(o.stateCode, n.Local) })
	if number == "" || i < 0 {
		return owner{}, false
	}
	return all[i], true
}

// repeated finds what only one person can have and several rows of a list claim. It says for each row what that
// is, and on which lines.
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
		{"userid", func(p *Person) string { return p.UserID }}, // last, for it says most
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

type duplicate struct {
	field string
	lines []int
}
