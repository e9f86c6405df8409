package mirror

import (
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// remove removes a row on the service's word, and marks what hangs on it. It reports whether the removal guard holds it
// back.
func (p *put) remove(k Key, reason RemovalReason) (held bool, err error) {
	stored, err := get(p, k.encode())
	if err != nil {
		return false, err
	}
	if _, known := p.l.absent[k]; known && stored == nil {
		return false, nil
	}
	if stored != nil {
		stored = slices.Clone(stored)
		if held, err := p.guard(k, reason); held || err != nil {
			return held, err
		}
		if err := p.store(k, nil, reason, p.source); err != nil {
			return false, err
		}
	}
	switch k.Kind {
	case KindUser:
		u, err := decodeUser(stored)
		if err != nil {
			return false, err
		}
		return false, p.dropHoldings(u.User, dingtalk.User{})
	case KindDepartment:
		if err := p.markIndexed(appendID([]byte{prefixMember}, k.ID), func(b []byte) Key { return UserKey(string(b)) }); err != nil {
			return false, err
		}
		return false, p.markIndexed(appendID([]byte{prefixChild}, k.ID), func(b []byte) Key { return DepartmentKey(decodeID(b)) })
	case KindRole:
		return false, p.markIndexed(appendID([]byte{prefixHolder}, k.ID), func(b []byte) Key { return UserKey(string(b)) })
	default:
		return false, nil
	}
}

// markIndexed marks the entities of an index entry each, whose key is that of the entry behind the prefix.
func (p *put) markIndexed(prefix []byte, key func([]byte) Key) error {
	return eachWithPrefix(p, prefix, func(b, _ []byte) error {
		_, err := p.mark(key(b[len(prefix):]), mark{source: p.source, recheck: true, now: true})
		return err
	})
}
