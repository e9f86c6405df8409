package provision

import (
	"context"
	"errors"
	"regexp"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// lookUpMobiles asks who has the numbers of people who are to be created, where not everybody's is known. Where nobody's
// is, and people may be deleted, it asks for all numbers of the list.
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
			m.notes = append(m.notes, "whether mobile numbers are taken could not be looked up, "+
				"and will show when the plan is applied: "+err.Error())
			if protects {
				m.gaps = append(m.gaps, err.Error())
			}
			return nil
		case end != nil:
			return end
		case errors.Is(err, dingtalk.ErrPermission):
			m.owners.addMobile(h.Mobile, "")
		case protects && (!errors.Is(err, dingtalk.ErrNotFound) || !plainNumber.MatchString(h.Mobile)):
			m.gaps = append(m.gaps, "who has the mobile number of "+claimants[0]+" is not known: "+err.Error())
		}
		claimants = claimants[1:]
		meter.add(err != nil && !errors.Is(err, dingtalk.ErrNotFound))
	}
	return nil
}

// plainNumber matches a mobile number of which the service can tell whether a person has it.
var plainNumber = regexp.MustCompile(`^(1[0-9]{10}|\+[0-9]{1,4}-[0-9]{4,14})$`)

// found takes the holders of a mobile number that a row claims.
func (m *planner) addMobileHolder(h *dingtalk.MobileHolder, claimant string) {
	if h.UserID != "" {
		m.owners.addMobile(h.Mobile, h.UserID)
	}
	for _, id := range append(h.ExclusiveAccountUserIDList, h.UserID) {
		m.keepReasons[id] = "has the mobile number of " + claimant + " in the list"
	}
}
