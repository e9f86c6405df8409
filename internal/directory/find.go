package directory

import (
	"maps"
	"slices"
	"strings"
)

// FindUsers returns the userids, sorted, of the people in the contact scope whose name or nickname contains a word, or
// is the word if whole is set.
func (o *Organization) FindUsers(word string, whole bool) []string {
	matches := nameMatcher(word, whole)
	var found []string
	for _, id := range slices.Sorted(maps.Keys(o.users)) {
		if u := o.users[id]; (matches(u.Name) || matches(u.Nickname)) && o.seesUser(u) {
			found = append(found, id)
		}
	}
	return found
}

// FindDepartments returns the IDs, sorted, of the departments in the contact scope whose name contains a word.
func (o *Organization) FindDepartments(word string) []int64 {
	matches := nameMatcher(word, false)
	var found []int64
	for _, id := range slices.Sorted(maps.Keys(o.departments)) {
		if matches(o.departments[id].Name) && o.seesDepartment(id) {
			found = append(found, id)
		}
	}
	return found
}

// nameMatcher returns a function that reports whether a name contains a word, or is it, in upper or lower case.
func nameMatcher(word string, whole bool) func(name string) bool {
	word = fold(strings.TrimSpace(word))
	if whole {
		return func(name string) bool { return fold(name) == word }
	}
	return func(name string) bool { return strings.Contains(fold(name), word) }
}
