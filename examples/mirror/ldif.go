package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// export brings the copy up to date, and writes it to a file as LDIF (RFC 2849). The file is not touched until all was read.
func export(ctx context.Context, m *mirror.Mirror, file string) error {
	ctx, stop := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		stop(m.Run(ctx))
	}()
	defer func() {
		stop(nil)
		<-ended
	}()
	if err := m.Rescan(ctx); err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	var tree ldif
	if err := m.View(ctx, tree.write); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(tree.out.String()), 0o600)
}

// ldif writes an organization as the entries of an LDAP directory: the organization, below it the departments as they are
// nested, and each user in the first one of its departments.
type ldif struct {
	out strings.Builder
	dns map[int64]string    // of the departments
	has map[string]struct{} // distinguished names in lower case, which LDAP does not tell from others
}

func (l *ldif) write(v *mirror.View) error {
	l.out.Reset()
	l.dns, l.has = map[int64]string{}, map[string]struct{}{}
	root, err := v.Department(dingtalk.RootDepartmentID)
	name := cmp.Or(root.Name, "organization") // which an app with a small contact scope does not see
	if err != nil && !errors.Is(err, dingtalk.ErrNotFound) {
		return err
	}
	base := "o=" + escapeDN(name)
	l.entry(base, "objectClass", "organization", "o", name)
	l.dns[dingtalk.RootDepartmentID] = base
	if err := l.children(v, dingtalk.RootDepartmentID); err != nil {
		return err
	}
	for d, err := range v.Departments() { // the ones whose parent the app does not see
		if err != nil {
			return err
		}
		if _, err := v.Department(d.ParentID); errors.Is(err, dingtalk.ErrNotFound) && l.dns[d.DeptID] == "" {
			if err := l.department(v, d, base); err != nil {
				return err
			}
		}
	}
	for u, err := range v.Users() {
		if err != nil {
			return err
		}
		l.user(u, base)
	}
	return nil
}

func (l *ldif) children(v *mirror.View, parent int64) error {
	for d, err := range v.Children(parent) {
		if err == nil {
			err = l.department(v, d, l.dns[parent])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *ldif) department(v *mirror.View, d mirror.Department, parent string) error {
	id := strconv.FormatInt(d.DeptID, 10)
	dn := "ou=" + escapeDN(d.Name) + "," + parent
	if _, taken := l.has[strings.ToLower(dn)]; taken {
		dn = "ou=" + escapeDN(d.Name+" ("+id+")") + "," + parent
	}
	l.dns[d.DeptID] = dn
	l.entry(dn, "objectClass", "organizationalUnit", "ou", d.Name, "description", "DingTalk department "+id)
	return l.children(v, d.DeptID)
}

func (l *ldif) user(u mirror.User, dn string) {
	attributes := []string{"objectClass", "inetOrgPerson", "uid", u.UserID}
	name := cmp.Or(u.Name, u.UserID)
	attributes = append(attributes, "cn", name, "sn", name) // DingTalk has no family names
	for i, dept := range u.DeptIDList {
		if known := l.dns[dept]; i == 0 && known != "" {
			dn = known
		}
		attributes = append(attributes, "departmentNumber", strconv.FormatInt(dept, 10))
	}
	mobile := u.Mobile
	if mobile != "" && u.StateCode != "" {
		mobile = "+" + u.StateCode + " " + mobile
	}
	l.entry("uid="+escapeDN(u.UserID)+","+dn, append(attributes, "title", u.Title, "mail", u.Email, "mobile", mobile,
		"telephoneNumber", u.Telephone, "employeeNumber", u.JobNumber, "physicalDeliveryOfficeName", u.WorkPlace)...)
}

// entry writes an entry with attributes and their values, by turns. Empty values are left out.
func (l *ldif) entry(dn string, attributes ...string) {
	if l.out.Len() == 0 {
		l.out.WriteString("version: 1\n")
	}
	l.has[strings.ToLower(dn)] = struct{}{}
	l.out.WriteByte('\n')
	l.attribute("dn", dn)
	for i := 0; i < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			l.attribute(attributes[i], attributes[i+1])
		}
	}
}

// attribute writes a line, with the value in base64 unless it is a SAFE-STRING of RFC 2849 that does not end with a space.
func (l *ldif) attribute(name, value string) {
	unsafe := func(r rune) bool { return r < ' ' || r > '~' }
	if strings.ContainsFunc(value, unsafe) || strings.ContainsAny(value[:1], " :<") || strings.HasSuffix(value, " ") {
		name, value = name+":", base64.StdEncoding.EncodeToString([]byte(value))
	}
	fmt.Fprintf(&l.out, "%s: %s\n", name, value)
}

// escapeDN escapes a value for a distinguished name (RFC 4514).
func escapeDN(value string) string {
	var b strings.Builder
	for i, r := range value {
		switch first, last := i == 0, i == len(value)-1; {
		case r == 0:
			b.WriteString(`\00`)
			continue
		case strings.ContainsRune(`",+;<>\=`, r), first && r == '#', (first || last) && r == ' ':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
