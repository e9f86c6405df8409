package console

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// permissionPoint is a permission point with the operations that need it.
type permissionPoint struct {
	Name       string
	Granted    bool
	Operations string
}

func permissionPoints(missing []string) []permissionPoint {
	var points []permissionPoint
	for _, name := range emulator.PermissionPoints() {
		points = append(points, permissionPoint{
			name, !slices.Contains(missing, name), strings.Join(emulator.OperationsThatNeed(name), ", "),
		})
	}
	return points
}

// permissions gives the app the permission points that are checked, and takes the others.
func (c *console) permissions(f *form) {
	granted := f.Values["point"]
	missing := slices.DeleteFunc(emulator.PermissionPoints(), func(name string) bool { return slices.Contains(granted, name) })
	if len(missing)+len(granted) != len(emulator.PermissionPoints()) {
		f.reject("", "controls.error.choose")
		return
	}
	f.accept(c.server.SetMissingPoints(missing))
}

// seesAll reports whether the contact scope is the whole organization.
func seesAll(s emulator.Settings) bool {
	return slices.Contains(s.ScopeDepartments, contract.RootDepartmentID)
}

// scope sets the contact scope. What does not exist is refused, because a misspelled ID would silently show nothing.
func (c *console) scope(f *form) {
	if f.Values.Has("whole") {
		f.accept(c.server.SetContactScope([]int64{contract.RootDepartmentID}, nil))
		return
	}
	var departments []int64
	for _, text := range list(f.value("scope_departments")) {
		id, err := strconv.ParseInt(text, 10, 64)
		if _, exists := c.server.Department(id); err != nil || !exists {
			f.reject("scope_departments", "controls.error.department", text)
			break
		}
		departments = append(departments, id)
	}
	users := list(f.value("scope_users"))
	for _, userid := range users {
		if _, exists := c.server.User(userid); !exists {
			f.reject("scope_users", "controls.error.user", userid)
			break
		}
	}
	if len(f.Errors) == 0 {
		f.accept(c.server.SetContactScope(departments, users))
	}
}

// list splits a text at commas and spaces.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' || unicode.IsSpace(r) })
}

// joinIDs returns IDs as a field shows them.
func joinIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ", ")
}

func (c *console) addressLimit(f *form) {
	if calls := f.number("calls"); len(f.Errors) == 0 {
		f.accept(c.server.SetAddressLimit(int(calls)))
	}
}

func (c *console) jitter(f *form) {
	least, most := f.number("least"), f.number("most")
	if len(f.Errors) == 0 && most < least {
		f.reject("most", "controls.error.most", least)
	}
	if len(f.Errors) == 0 {
		f.accept(c.server.SetJitter(time.Duration(least)*time.Millisecond, time.Duration(most)*time.Millisecond))
	}
}
