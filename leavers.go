package dingtalk

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Leaver is a person who left the organization, with what Contacts and the Smart HR app know of it.
type Leaver struct {
	UserID string
	Name   string
	Left   time.Time // when they left Contacts or, if Contacts has no record, the midnight in UTC+8 of their last day
	// Rehired: there is a user with this user ID again. It is not known of a person who returned under another user ID.
	Rehired    bool
	Record     LeaveRecord    // of Contacts, the latest one: how they left; zero if it has none
	Dismission DismissionInfo // of Smart HR: the last day and the reasons; zero if it does not know the person
}

// contactsMemory is how far back Contacts knows who left, less a minute for a clock that differs from the service's.
const contactsMemory = 365*24*time.Hour - time.Minute

// Leavers iterates over the people who have left since a time, each once, by the time when they left. It joins the leave
// records of Contacts, which go back 365 days, with what Smart HR knows: of people who left both it yields one with both,
// and it also yields people whom only one of them knows. Each person is then looked up, to mark those who have returned
// under the same user ID; a person who returned under another one cannot be recognized. People whom Smart HR alone knows and
// who have no last day there are left out, unless since is zero, because it is not known when they left.
//
// If one of the two cannot be read, or not completely, the iteration yields what the other one knows, and the error as a
// pair at its end: it matches ErrPrecondition if the organization has not opened Smart HR, ErrPermission if the app lacks
// the permission point of one of them, and ErrUnsupported if a list does not end. A person who could not be looked up is a
// pair of the person and the error. An error that every further call would meet, such as a ban or the end of ctx, is the
// last pair.
//
// It takes a call for 50 leave records, two for 50 people who ever left in Smart HR, which cannot select by time, and one
// for each person whom it yields; the calls go behind others (see Bulk). Ranging again reads everything again.
func (c *Client) Leavers(ctx context.Context, since time.Time) iter.Seq2[Leaver, error] {
	c = c.Bulk()
	return func(yield func(Leaver, error) bool) {
		if ctx == nil {
			yield(Leaver{}, noContext("Leavers"))
			return
		}
		found := leavers{since: since, byID: map[string]*Leaver{}}
		var failures []error
		for _, read := range []func(context.Context, *Client) error{found.readContacts, found.readSmartHR} {
			err := read(ctx, c)
			if isFatal(ctx, err) && !errors.Is(err, ErrPermission) && !errors.Is(err, ErrUnsupported) {
				yield(Leaver{}, err)
				return
			}
			if err != nil {
				failures = append(failures, err)
			}
		}
		people := found.sorted()
		ids := make([]string, len(people))
		for i, l := range people {
			ids[i] = l.UserID
		}
		i := 0
		for _, err := range c.UsersByID(ctx, UsersByIDRequest{UserIDs: ids}) {
			l := people[i]
			i++
			if l.Rehired = err == nil; errors.Is(err, ErrNotFound) {
				err = nil
			}
			if !yield(*l, err) || isFatal(ctx, err) {
				return
			}
		}
		for _, err := range failures {
			if !yield(Leaver{}, err) {
				return
			}
		}
	}
}

// leavers holds the people who have left since a time. The service ignores the case of user IDs.
type leavers struct {
	since time.Time
	byID  map[string]*Leaver // by user ID in lower case
}

// readContacts adds the people of the leave records.
func (f *leavers) readContacts(ctx context.Context, c *Client) error {
	start := f.since
	if oldest := time.Now().Add(-contactsMemory); start.Before(oldest) {
		start = oldest
	}
	for r, err := range c.LeaveRecords(ctx, ListLeaveRecordsRequest{StartTime: start.UTC().Format(time.RFC3339)}) {
		if err != nil {
			return err
		}
		l := f.person(r.UserID)
		if left := leaveTime(r.LeaveTime); l.Record.UserID == "" || !left.Before(l.Left) {
			l.Name, l.Left, l.Record = r.Name, left, r
		}
	}
	return nil
}

// readSmartHR adds what Smart HR knows, of the people whom Contacts lists as well and of those who left since.
func (f *leavers) readSmartHR(ctx context.Context, c *Client) error {
	var batch []string
	for id, err := range c.DismissedUserIDs(ctx, ListDismissedUserIDsRequest{}) {
		if err != nil {
			if failure := f.readDismissions(ctx, c, batch); failure != nil {
				return failure
			}
			return err
		}
		if batch = append(batch, id); len(batch) == contract.MaxLeavePage {
			if err := f.readDismissions(ctx, c, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return f.readDismissions(ctx, c, batch)
}

func (f *leavers) readDismissions(ctx context.Context, c *Client, userIDs []string) error {
	since := f.since.In(contract.ServiceZone)
	firstDay := time.Date(since.Year(), since.Month(), since.Day(), 0, 0, 0, 0, contract.ServiceZone)
	for info, err := range c.DismissionInfos(ctx, userIDs) {
		if err != nil {
			return err
		}
		_, known := f.byID[strings.ToLower(info.UserID)]
		left := info.Status == contract.DismissionLeft || info.Status == 0
		if !known && (!left || info.LastWorkDay.Before(firstDay)) {
			continue
		}
		l := f.person(info.UserID)
		l.Dismission = info
		l.Name = cmp.Or(l.Name, info.Name)
		if l.Left.IsZero() {
			l.Left = info.LastWorkDay.Time
		}
	}
	return nil
}

// person returns the entry of a user ID, which it adds if there is none.
func (f *leavers) person(userID string) *Leaver {
	key := strings.ToLower(userID)
	if f.byID[key] == nil {
		f.byID[key] = &Leaver{UserID: userID}
	}
	return f.byID[key]
}

// sorted returns the people by the time when they left, and then by user ID.
func (f *leavers) sorted() []*Leaver {
	all := make([]*Leaver, 0, len(f.byID))
	for _, l := range f.byID {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *Leaver) int {
		return cmp.Or(a.Left.Compare(b.Left), cmp.Compare(a.UserID, b.UserID))
	})
	return all
}

// leaveTime parses the time of a leave record. A time that is written in another way is unknown, which is the zero time.
func leaveTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
