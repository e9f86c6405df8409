package provision

import (
	"context"
	"errors"
	"regexp"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// lookUpMobiles looks up who has the mobile numbers of people to be created, if not all users' numbers are known. If no
// number is known and people may be deleted, it looks up all numbers of the list.
func (m *planner) lookUpMobiles(ctx context.Context) error {
	hidden := len(m.owners.mobiles) == 0 && len(m.userIDs) > 0
	if m.complete && !hidden {
		return nil
	}
	protects := m.opts.Delete && hidden
	var numbers, claimants []string
	for i := range m.list {
		if p := &m.list[i]; p.Mobile != "" && (m.users[p.UserID] == nil || protects) {
			numbers, claimants = append(numbers, p.Mobile), append(claimants, p.UserID)
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
			if protects {
				m.gaps = append(m.gaps, err.Error())
			}
			return nil
		case end != nil:
			return end
		case errors.Is(err, dingtalk.ErrPermission):
			m.owners.addMobile(h.Mobile, "")
		case protects && (!errors.Is(err, dingtalk.ErrNotFound) || !plainNumber.MatchString(h.Mobile)):
			m.gaps = append(m.gaps, "the holder of the mobile number of "+claimants[0]+" is unknown: "+err.Error())
		}
		claimants = claimants[1:]
		meter.add(err != nil && !errors.Is(err, dingtalk.ErrNotFound))
	}
	return nil
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
