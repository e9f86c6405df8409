package emulator

import (
	"fmt"
	"slices"
	"time"
)

// serviceZone is where the days of the service begin and end; China knows no other.
var serviceZone = time.FixedZone("UTC+8", 8*60*60)

// logins is the latest answer to who was there, which the pages after the first are cut from.
type logins struct {
	question string
	changes  int64
	userids  []string
}

// listInactiveUserIDs reads a page of those who did, or did not, log in on a day, by userid.
func (s *Server) listInactiveUserIDs(a args) (any, error) {
	if a.number("offset") < 0 {
		return nil, refuse(40068, "offset is less than 0")
	}
	day, err := s.queryDate(a.text("query_date"))
	if err != nil {
		return nil, err
	}
	depts, _ := a["dept_ids"].([]int64)
	switch {
	case !s.org.exist(depts):
		return nil, refuse(60003)
	case !s.org.seesAll(depts):
		return nil, refuse(50004)
	}
	ids, next := cut(s.org.whoLoggedIn(a.is("is_active"), depts, day), a.number("offset"), a.number("size"))
	return pageAnswer[string]{HasMore: next > 0, NextCursor: next, List: append([]string{}, ids...)}, nil
}

// queryDate reads a day of the past month.
func (s *Server) queryDate(text string) (time.Time, error) {
	day, err := time.ParseInLocation("20060102", text, serviceZone)
	if err != nil {
		return time.Time{}, refuse(400002, "query_date is not written as yyyyMMdd")
	}
	now := s.now().In(serviceZone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, serviceZone)
	switch {
	case day.After(today):
		return time.Time{}, refuse(400002, "query_date is in the future")
	case day.AddDate(0, 1, 0).Before(today):
		return time.Time{}, refuse(400002, "query_date is more than a month ago")
	}
	return day, nil
}

// whoLoggedIn lists those who did, or did not, among the direct members of some departments, or among
// everybody in the contact scope if none are named. The list is the organisation's own.
func (o *organisation) whoLoggedIn(active bool, depts []int64, day time.Time) []string {
	r := &o.roll
	question := fmt.Sprint(active, depts, day)
	if r.logins.question == question && r.logins.changes == r.changes {
		return r.logins.userids
	}
	var ids []string
	add := func(u *User) {
		if u.there(day) == active && o.seesUser(u) {
			ids = append(ids, u.UserID)
		}
	}
	if len(depts) == 0 {
		for _, u := range o.users {
			add(u)
		}
	}
	for _, dept := range depts {
		for _, id := range r.members(dept, byCustom) {
			add(o.users[id])
		}
	}
	slices.Sort(ids)
	r.logins = logins{question, r.changes, slices.Compact(ids)}
	return r.logins.userids
}

// there says whether a person logged in on a day.
func (u *User) there(day time.Time) bool {
	end := day.AddDate(0, 0, 1)
	return slices.ContainsFunc(u.Logins, func(at time.Time) bool { return !at.Before(day) && at.Before(end) })
}
