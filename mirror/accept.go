package mirror

import (
	"context"
	"log/slog"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Accept marks what an event names as dirty, so that the leader reads it. Once it returns nil, the event may be
// acknowledged: nothing is forgotten, whatever is killed when. An event that means nothing to a mirror is accepted.
// Any process may call it.
func (m *Mirror) Accept(ctx context.Context, e event.Event) error {
	keys, expected := eventKeys(e)
	if len(keys) == 0 {
		return nil
	}
	if known := *m.corpID.Load(); !sameCorp(known, e.CorpID) {
		m.opt.logger.LogAttrs(ctx, slog.LevelWarn, "mirror: an event of another organization", slog.String("type", string(e.Type)))
		return nil
	}
	corpID := ""
	err := m.update(ctx, func(t *transaction) (err error) {
		if corpID, err = t.learnCorpID(e.CorpID); err != nil || !sameCorp(corpID, e.CorpID) {
			return err
		}
		for _, k := range keys {
			if _, err := t.mark(k, mark{source: SourceEvent, recheck: k != scanKey, expect: expected(k)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && corpID != "" {
		m.corpID.Store(&corpID)
	}
	return err
}

// sameCorp reports whether two organizations may be the same. Either is empty if it is unknown.
func sameCorp(a, b string) bool { return a == "" || b == "" || a == b }

// learnCorpID returns the organization of the mirror. It stores that of an event if the head does not have it.
func (t *transaction) learnCorpID(id string) (string, error) {
	if known := *t.m.corpID.Load(); known != "" || id == "" {
		return known, nil
	}
	b, err := get(t, headKey)
	if err != nil {
		return "", err
	}
	h, err := decode[head](b)
	if err != nil || h.CorpID != "" {
		return h.CorpID, err // another process has learned it
	}
	h.CorpID = id
	return id, t.Put(headKey, encode(h))
}

// Gap has everything read again, because events may have been missed. Stream receivers call it; so does a program that
// knows of another reason.
func (m *Mirror) Gap(g event.Gap) {
	const timeout = 30 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	_, err := m.markScan(ctx)
	if err == nil {
		return
	}
	m.opt.logger.LogAttrs(ctx, slog.LevelWarn, "mirror: a gap was not stored", slog.String("cause", g.Cause), slog.Any("error", err))
	m.gap.Store(true) // until this process stores something, or scans, as it does when it begins to lead
	if l := m.leader.Load(); l != nil {
		l.wantScan()
	}
}

// markScan has everything read again, and returns the generation of the mark.
func (m *Mirror) markScan(ctx context.Context) (generation uint64, err error) {
	err = m.update(ctx, func(t *transaction) (err error) {
		generation, err = t.mark(scanKey, mark{source: SourceAsked, now: true})
		return err
	})
	return generation, err
}

func expectNothing(Key) *expectation { return nil }

// eventKeys returns what has to be read after an event, and what the reads are expected to show.
func eventKeys(e event.Event) ([]Key, func(Key) *expectation) {
	switch c := e.Payload.(type) {
	case *event.UserChange:
		return userKeys(c.UserIDs), func(k Key) *expectation { return expect(e.Type, c, k.UserID) }
	case *event.RoleHolderChange:
		return userKeys(c.UserIDs), expectNothing
	case *event.DepartmentChange:
		return departmentKeys(e.Type, c.DeptIDs), expectNothing
	case *event.RoleChange:
		var keys []Key
		for _, id := range c.RoleIDs { // each is a role or a role group
			keys = append(keys, RoleKey(id), RoleGroupKey(id))
		}
		return orScan(keys), expectNothing
	}
	switch e.Type {
	case event.OrgChange, event.OrgUpdate:
		return []Key{DepartmentKey(1)}, expectNothing
	case event.UserAddOrg, event.UserModifyOrg, event.UserLeaveOrg, event.UserActiveOrg, event.OrgAdminAdd, event.OrgAdminRemove,
		event.UserDeptChange, event.UserRoleChange, event.OrgDeptCreate, event.OrgDeptModify, event.OrgDeptRemove,
		event.LabelUserChange, event.LabelConfAdd, event.LabelConfDel, event.LabelConfModify, // of an unknown form
		event.OrgRoleAdd, event.OrgRoleModify, event.OrgRoleRemove,
		event.OrgRemove, event.InnerAppScopesChange, event.InnerAppStatusChange, event.OrgSuiteAuth, event.OrgSuiteChange,
		event.ChangeAuth, event.OrgSuiteRelieve, event.SuiteRelieve:
		return []Key{scanKey}, expectNothing
	default:
		return nil, expectNothing
	}
}

func userKeys(ids []string) []Key {
	var keys []Key
	for _, id := range ids {
		if validUserID(id) { // a store takes no key of any length
			keys = append(keys, UserKey(id))
		}
	}
	return orScan(keys)
}

// validUserID reports whether an ID can be one of a user: it has at most 64 characters.
func validUserID(id string) bool { return id != "" && len(id) <= 256 }

// departmentKeys returns the departments of an event. Of what came with a new department, events may not tell.
func departmentKeys(t event.Type, ids []int64) []Key {
	var keys []Key
	for _, id := range ids {
		keys = append(keys, DepartmentKey(id))
		if t == event.OrgDeptCreate {
			keys = append(keys, contentsKey(id))
		}
	}
	return orScan(keys)
}

// orScan returns the keys, or the whole organization for an event that names none.
func orScan(keys []Key) []Key {
	if len(keys) == 0 {
		return []Key{scanKey}
	}
	return keys
}
