package mirror

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
)

// Kind is a kind of entity that a mirror keeps.
type Kind string

// The kinds.
const (
	KindUser       Kind = "user"        // User
	KindDepartment Kind = "department"  // Department
	KindRole       Kind = "role"        // Role
	KindRoleGroup  Kind = "role_group"  // RoleGroup
	KindRoleHolder Kind = "role_holder" // RoleHolder: where a user has a role
)

// Kinds of work that are not entities.
const (
	kindScan     Kind = "scan"     // the whole organization
	kindContents Kind = "contents" // the members and children of a department
	kindHolders  Kind = "holders"  // who has a role
)

// Key names an entity.
type Key struct {
	Kind   Kind
	ID     int64  // of a department, role or role group; the role of a role holder
	UserID string // of a user or role holder
}

// UserKey returns the key of a user.
func UserKey(userID string) Key { return Key{Kind: KindUser, UserID: userID} }

// DepartmentKey returns the key of a department.
func DepartmentKey(id int64) Key { return Key{Kind: KindDepartment, ID: id} }

// RoleKey returns the key of a role.
func RoleKey(id int64) Key { return Key{Kind: KindRole, ID: id} }

// RoleGroupKey returns the key of a role group.
func RoleGroupKey(id int64) Key { return Key{Kind: KindRoleGroup, ID: id} }

// RoleHolderKey returns the key of a user as one who has a role.
func RoleHolderKey(role int64, userID string) Key { return Key{KindRoleHolder, role, userID} }

var scanKey = Key{Kind: kindScan}

func holdersKey(role int64) Key { return Key{Kind: kindHolders, ID: role} }

func contentsKey(dept int64) Key { return Key{Kind: kindContents, ID: dept} }

// String returns the kind and the ID.
func (k Key) String() string {
	text := string(k.Kind)
	if k.ID != 0 {
		text += " " + strconv.FormatInt(k.ID, 10)
	}
	if k.UserID != "" {
		text += " " + strconv.Quote(k.UserID)
	}
	return text
}

// validate returns an error if the key cannot name an entity.
func (k Key) validate() error {
	switch k.Kind {
	case KindUser, KindRoleHolder:
		if !validUserID(k.UserID) {
			return fmt.Errorf("%s: not a user ID", k)
		}
	case KindDepartment, KindRole, KindRoleGroup:
		if k.UserID != "" {
			return fmt.Errorf("%s: it has a user ID", k)
		}
	default:
		return fmt.Errorf("there is no kind %q", k.Kind)
	}
	return nil
}

// The first byte of a key of the store. A row stands under the encoded Key of its entity.
const (
	prefixUser       = 'u'
	prefixDepartment = 'd'
	prefixRole       = 'r'
	prefixRoleGroup  = 'g'
	prefixRoleHolder = 'h'
	prefixScan       = 's' // only in dirty keys
	prefixContents   = 'e' // only in dirty keys
	prefixHolders    = 'o' // only in dirty keys

	prefixScanned = 'p' // department: what the scan under way has read of it

	prefixMember = 'm' // department, userid: an index of the users
	prefixChild  = 'c' // parent, department: an index of the departments
	prefixHolder = 'i' // role, userid: an index of the users
	prefixDirty  = 'x' // an encoded Key: a dirty record
	prefixQueue  = 'q' // generation: the encoded Key of a dirty record
	prefixFeed   = 'f' // revision: a change
	prefixState  = 'k' // a name: state of the mirror
)

var prefixes = map[Kind]byte{
	KindUser: prefixUser, KindDepartment: prefixDepartment, KindRole: prefixRole, KindRoleGroup: prefixRoleGroup,
	KindRoleHolder: prefixRoleHolder, kindScan: prefixScan, kindContents: prefixContents,
	kindHolders: prefixHolders,
}

var kinds = func() map[byte]Kind {
	m := make(map[byte]Kind, len(prefixes))
	for kind, prefix := range prefixes {
		m[prefix] = kind
	}
	return m
}()

// encode returns the key in the order of its bytes: by kind, ID and user ID.
func (k Key) encode() []byte {
	b := []byte{prefixes[k.Kind]}
	if k.Kind != KindUser {
		b = appendID(b, k.ID)
	}
	return append(b, k.UserID...)
}

func decodeKey(b []byte) (Key, error) {
	if len(b) == 0 || kinds[b[0]] == "" {
		return Key{}, fmt.Errorf("the store holds an unknown key %q", b)
	}
	k := Key{Kind: kinds[b[0]]}
	b = b[1:]
	if k.Kind != KindUser {
		if len(b) < 8 {
			return Key{}, fmt.Errorf("the store holds a short key of kind %s", k.Kind)
		}
		k.ID, b = decodeID(b), b[8:]
	}
	k.UserID = string(b)
	return k, nil
}

// appendID appends an ID so that the order of the bytes is that of the numbers, negative ones included.
func appendID(b []byte, id int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(id)^1<<63) }

func decodeID(b []byte) int64 { return int64(binary.BigEndian.Uint64(b) ^ 1<<63) }

func memberKey(dept int64, userID string) []byte {
	return append(appendID([]byte{prefixMember}, dept), userID...)
}

func childKey(parent, dept int64) []byte {
	return appendID(appendID([]byte{prefixChild}, parent), dept)
}

func holderKey(role int64, userID string) []byte {
	return append(appendID([]byte{prefixHolder}, role), userID...)
}

func dirtyKey(k Key) []byte { return append([]byte{prefixDirty}, k.encode()...) }

func queueKey(generation uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefixQueue}, generation)
}

func feedKey(rev Revision) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefixFeed}, uint64(rev))
}

func stateKey(name string) []byte { return append([]byte{prefixState}, name...) }

// below returns the end of the range of the keys that begin with prefix, which does not end in 0xff.
func below(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

var errPieceFull = errors.New("the piece is full")

// keyValue is a key of the store and its value.
type keyValue struct{ key, value []byte }

// eachPiece calls f for the entries of a range, up to 256 at once, so that f may read and write.
func eachPiece(r Reader, from, to []byte, f func([]keyValue) error) error {
	const piece = 256
	for {
		var entries []keyValue
		err := r.Range(from, to, func(key, value []byte) error {
			entries = append(entries, keyValue{key, value})
			if len(entries) == piece {
				return errPieceFull
			}
			return nil
		})
		if err != nil && err != errPieceFull { //nolint:errorlint // it is returned as it is
			return err
		}
		if failure := f(entries); failure != nil {
			return failure
		}
		if err == nil {
			return nil
		}
		from = append(append([]byte(nil), entries[piece-1].key...), 0)
	}
}

// eachInRange calls f for the entries of a range. F may read and write.
func eachInRange(r Reader, from, to []byte, f func(key, value []byte) error) error {
	return eachPiece(r, from, to, func(entries []keyValue) error {
		for _, e := range entries {
			if err := f(e.key, e.value); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachWithPrefix calls f for the entries whose key begins with prefix.
func eachWithPrefix(r Reader, prefix []byte, f func(key, value []byte) error) error {
	return eachInRange(r, prefix, below(prefix), f)
}
