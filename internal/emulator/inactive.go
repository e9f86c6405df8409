package emulator

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

type inactiveRequest struct {
	IsActive  bool    `arg:"is_active"`
	DeptIDs   []int64 `arg:"dept_ids"`
	Offset    int64   `arg:"offset"`
	Size      int64   `arg:"size"`
	QueryDate string  `arg:"query_date"`
}

// listInactiveUserIDs reads a page of the people who did, or did not, log in on a day, by userid.
//
// Assumed: The days of the inactive list begin and end at midnight in UTC+8 and are complete at once. A day in the
// future or more than a month ago is 400002, an unknown department 60003. The list is sorted by userid and holds
// people who exist now, whenever they were created, as far as they are in the contact scope. dept_ids selects direct
// members.
func (s *Server) listInactiveUserIDs(q inactiveRequest) (any, error) {
	if q.Offset < 0 {
		return nil, refuse(40068, "offset is less than 0")
	}
	day, err := s.queryDate(q.QueryDate)
	if err != nil {
		return nil, err
	}
	all, err := s.org.LoggedIn(q.IsActive, q.DeptIDs, day)
	if err != nil {
		return nil, err
	}
	ids, next := cut(all, q.Offset, q.Size)
	return pageResponse[string]{HasMore: next > 0, NextCursor: next, List: append([]string{}, ids...)}, nil
}

// queryDate reads a day of the past month.
func (s *Server) queryDate(text string) (time.Time, error) {
	day, err := time.ParseInLocation("20060102", text, contract.ServiceZone)
	if err != nil {
		return time.Time{}, refuse(400002, "query_date is not written as yyyyMMdd")
	}
	now := s.now().In(contract.ServiceZone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, contract.ServiceZone)
	switch {
	case day.After(today):
		return time.Time{}, refuse(400002, "query_date is in the future")
	case day.AddDate(0, 1, 0).Before(today):
		return time.Time{}, refuse(400002, "query_date is more than a month ago")
	}
	return day, nil
}
