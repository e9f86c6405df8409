package mirror

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Report is what Verify found.
type Report struct {
	Users, Departments, Roles int // how many the service has
	Differences               []Difference
}

// Difference is an entity that the service shows in another way than the mirror, twice, some seconds apart.
type Difference struct {
	Key     Key
	Mirror  any // nil: the mirror does not have it
	Service any // nil: the service does not have it
}

// verifyDelay is how long after the first look Verify takes the second one.
const verifyDelay = 5 * time.Second

// Verify reads everything, and lists what differs from the mirror, without changing it. What differs is read once more after
// some seconds, because it may just have been changed. Of users it compares what lists show, and so not who has a role. It
// makes the calls of a scan, and holds the organization in memory. Any process may call it.
func (m *Mirror) Verify(ctx context.Context) (Report, error) {
	service, report, err := m.readAll(ctx)
	if err != nil {
		return report, err
	}
	differing, err := m.differing(ctx, service)
	if err != nil || len(differing) == 0 {
		return report, err
	}
	if err := sleep(ctx, verifyDelay); err != nil {
		return report, err
	}
	for _, k := range differing {
		d, same, err := m.compareOne(ctx, k)
		if err != nil {
			return report, err
		}
		if !same {
			report.Differences = append(report.Differences, d)
		}
	}
	return report, nil
}

// readAll reads what lists show: the rows as the mirror would store them.
func (m *Mirror) readAll(ctx context.Context) (map[Key][]byte, Report, error) {
	all := map[Key][]byte{}
	var report Report
	for d, err := range m.client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}) {
		if err != nil && !gone(err) {
			return nil, report, err
		}
		if err == nil {
			all[DepartmentKey(d.DeptID)] = encodeDepartment(d)
			report.Departments++
		}
	}
	for u, err := range m.client.OrgUsers(ctx, dingtalk.OrgUsersRequest{ContainAccessLimit: true}) {
		if err != nil && !gone(err) {
			return nil, report, err
		}
		if err == nil {
			row := listed(u.DeptID, u.UserInDept)
			m.filter(&row)
			all[UserKey(u.UserID)] = encodeUser(row, false)
			report.Users++
		}
	}
	for group, err := range m.client.RoleGroups(ctx, dingtalk.ListRolesRequest{}) {
		if err != nil {
			return nil, report, err
		}
		all[RoleGroupKey(group.GroupID)] = encode(roleGroupRow{group.Name})
		for _, role := range group.Roles {
			all[RoleKey(role.ID)] = encode(roleRow{role.Name, group.GroupID})
			report.Roles++
		}
	}
	return all, report, nil
}

// differing returns the entities of which the mirror has another row, or which only one of both has.
func (m *Mirror) differing(ctx context.Context, service map[Key][]byte) ([]Key, error) {
	var keys []Key
	err := m.store.View(ctx, func(r Reader) error {
		keys = nil
		seen := map[Key]bool{}
		for _, prefix := range []byte{prefixUser, prefixDepartment, prefixRole, prefixRoleGroup} {
			err := eachWithPrefix(r, []byte{prefix}, func(key, value []byte) error {
				k, err := decodeKey(key)
				if err != nil {
					return err
				}
				seen[k] = true
				same, err := sameRow(k, value, service[k])
				if !same {
					keys = append(keys, k)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		for k := range service {
			if !seen[k] {
				keys = append(keys, k)
			}
		}
		return nil
	})
	slices.SortFunc(keys, func(a, b Key) int { return cmp.Compare(string(a.encode()), string(b.encode())) })
	return keys, err
}

// sameRow reports whether the row of the mirror agrees with what the service shows.
func sameRow(k Key, mirror, service []byte) (bool, error) {
	if k.Kind != KindUser || mirror == nil || service == nil {
		return bytes.Equal(mirror, service), nil
	}
	a, err := decodeUser(mirror)
	if err != nil {
		return false, err
	}
	b, err := decodeUser(service)
	return sameListed(a.User, b.User) && sameInDepartments(a.User, b.User), err
}

// compareOne reads an entity, and compares it with the mirror.
func (m *Mirror) compareOne(ctx context.Context, k Key) (Difference, bool, error) {
	var service []byte
	var err error
	switch k.Kind {
	case KindUser:
		var u *dingtalk.User
		if u, _, err = m.getUser(ctx, k.UserID); u != nil {
			service = encodeUser(*u, true)
		}
	case KindDepartment:
		service, err = m.readDepartment(ctx, k.ID)
	case KindRole:
		service, err = m.readRole(ctx, k.ID)
	default:
		service, err = m.readRoleGroup(ctx, k.ID)
	}
	if err != nil && !gone(err) && !errors.Is(err, dingtalk.ErrInvalidArgument) {
		return Difference{}, false, err
	}
	d := Difference{Key: k}
	same := false
	err = m.store.View(ctx, func(r Reader) error {
		row, err := get(r, k.encode())
		if err != nil {
			return err
		}
		if same, err = sameRow(k, row, service); err != nil {
			return err
		}
		if d.Mirror, err = decodeValue(k, row); err != nil {
			return err
		}
		d.Service, err = decodeValue(k, service)
		return err
	})
	return d, same, err
}
