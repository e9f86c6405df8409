package provision

import (
	"context"
	"errors"
	"regexp"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// lookUpMobiles looks up who has the mobile numbers of people to be created, if not all users' numbers are known. If
// people may be deleted whose numbers no response shows, it looks up all numbers of the list.
func (m *planner) lookUpMobiles(ctx context.Context) error {
	hidden := len(m.owners.mobiles) == 0 && len(m.userIDs) > 0
	protects := m.opts.Delete && (hidden || m.hasExclusiveAccounts())
	if m.complete && !hidden && !protects {
		return nil
	}
	var numbers, claimants []string
	add := func(number string, p *Person) {
		if number != "" {
			numbers, claimants = append(numbers, number), append(claimants, p.UserID)
		}
	}
	for i := range m.list {
		p := &m.list[i]
		if m.users[p.UserID] == nil || protects {
			add(p.Mobile, p)
		}
		if protects {
			add(p.ExclusiveMobile, p)
		}
	}
	meter := newProgressMeter(m.opts.Progress, LookingUpMobiles, len(numbers), 0)
	req := dingtalk.UserIDsByMobileRequest{Mobiles: numbers, SupportExclusiveAccountSearch: protects, Concurrency: m.opts.Concurrency}
	for h, err := range m.client.UserIDsByMobile(ctx, req) {
		end := m.fatalReadError(ctx, err)
		switch {
		case err == nil:
			m.addMobileHolder(&h, claimants[0])
		case errors.Is(err, dingtalk.ErrPermission) && ctx.Err() == nil && end != nil:
			m.notes = append(m.notes, "mobile numbers could not be looked up, "+
				"so taken ones will only show when the plan is applied: "+err.Error())
			m.keepUnknownHolders(protects, hidden, "mobile numbers of the list could not be looked up: "+err.Error())
			return nil
		case end != nil:
			return end
		case errors.Is(err, dingtalk.ErrPermission):
			m.owners.addMobile(h.Mobile, "")
		case protects && (!errors.Is(err, dingtalk.ErrNotFound) || !plainNumber.MatchString(h.Mobile)):
			m.keepUnknownHolders(protects, hidden, "the holder of the mobile number of "+claimants[0]+" is unknown: "+err.Error())
		}
		claimants = claimants[1:]
		meter.add(err != nil && !errors.Is(err, dingtalk.ErrNotFound))
	}
	return nil
}

// keepUnknownHolders keeps the users whose mobile numbers no response shows, because one of them may have a number whose
// lookup failed: all users if no number is visible, the enterprise accounts otherwise.
func (m *planner) keepUnknownHolders(protects, hidden bool, reason string) {
	switch {
	case !protects:
		return
	case hidden:
		m.gaps = append(m.gaps, reason)
		return
	}
	for id, u := range m.users {
		if u.ExclusiveAccount && m.keepReasons[id] == "" {
			m.keepReasons[id] = reason
		}
	}
}

// hasExclusiveAccounts reports whether the organization has enterprise accounts, whose mobile numbers no response shows.
func (m *planner) hasExclusiveAccounts() bool {
	for _, u := range m.users {
		if u.ExclusiveAccount {
			return true
		}
	}
	return false
}

// plainNumber matches a mobile number for which the service reports reliably whether a user has it.
var plainNumber = regexp.MustCompile(`^(1[0-9]{10}|\+[0-9]{1,4}-[0-9]{4,14})$`)

// addMobileHolder adds the holders of a mobile number that a row claims.
func (m *planner) addMobileHolder(h *dingtalk.MobileHolder, claimant string) {
	if h.UserID != "" {
		m.owners.addMobile(h.Mobile, h.UserID)
	}
	for _, id := range append(h.ExclusiveAccountUserIDList, h.UserID) {
		m.keepReasons[id] = "has the mobile number of " + claimant + " in the list"
	}
}
