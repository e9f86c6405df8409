package emulator

import (
	"encoding/hex"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// maxLeaveSpan is how far back leave records go, and the longest time between the start and the end of a query.
const maxLeaveSpan = 365 * 24 * time.Hour

type leaveRecordsRequest struct {
	StartTime  string  `arg:"startTime"`
	EndTime    *string `arg:"endTime"`
	NextToken  string  `arg:"nextToken"`
	MaxResults int64   `arg:"maxResults"`
}

type leaveRecordsResponse struct {
	NextToken string        `json:"nextToken"`
	Records   []leaveRecord `json:"records"`
}

type leaveRecord struct {
	UserID      string `json:"userId"`
	Name        string `json:"name"`
	StateCode   string `json:"stateCode,omitempty"`
	Mobile      string `json:"mobile,omitempty"`
	LeaveTime   string `json:"leaveTime"`
	LeaveReason string `json:"leaveReason"`
}

// listLeaveRecords reads a page of the people who left Contacts.
//
// Assumed: Leave records are in the order of time, and include people out of the contact scope. The start and the end of
// the query belong to it. The token of a page is opaque; after the last page it is empty. A malformed time or token, and
// a start more than 365 days before the end, or before now without one, are refused. Without the field permission for
// mobile numbers, stateCode and mobile are absent. A person whom an app deletes is recorded as "oapi", one whom an
// administrator deletes as "delete".
func (s *Server) listLeaveRecords(q leaveRecordsRequest) (any, error) {
	now := s.now()
	start, err := time.Parse(time.RFC3339, q.StartTime)
	if err != nil {
		return nil, refuse(400002, "startTime")
	}
	end := now
	if q.EndTime != nil {
		if end, err = time.Parse(time.RFC3339, *q.EndTime); err != nil {
			return nil, refuse(400002, "endTime")
		}
	}
	if end.Before(start) || end.Sub(start) > maxLeaveSpan {
		return nil, refuse(400002, "startTime")
	}
	from, ok := leaveOffset(q.NextToken)
	if !ok {
		return nil, refuse(400002, "nextToken")
	}
	res := leaveRecordsResponse{Records: []leaveRecord{}}
	listed := s.leavesBetween(start, end, now.Add(-maxLeaveSpan))
	from = min(from, len(listed))
	to := min(from+int(q.MaxResults), len(listed))
	for _, l := range listed[from:to] {
		r := leaveRecord{l.UserID, l.Name, l.StateCode, l.Mobile, l.Time.Format(time.RFC3339), l.Reason}
		if s.withoutMobile {
			r.StateCode, r.Mobile = "", ""
		}
		res.Records = append(res.Records, r)
	}
	if to < len(listed) {
		res.NextToken = leaveToken(to)
	}
	return res, nil
}

// leavesBetween returns the records of Contacts from a start to an end, as far as they are not too old.
func (s *Server) leavesBetween(start, end, oldest time.Time) []*directory.Leave {
	var listed []*directory.Leave
	for _, l := range s.org.Leaves() {
		if !l.OnlySmartHR && !l.Time.Before(start) && !l.Time.After(end) && !l.Time.Before(oldest) {
			listed = append(listed, l)
		}
	}
	return listed
}

// leaveToken returns the token of the page that begins at an offset. It does not look like a number, so that no program
// counts with it.
func leaveToken(offset int) string { return hex.EncodeToString([]byte("at " + strconv.Itoa(offset))) }

// leaveOffset returns the offset of a token.
func leaveOffset(token string) (offset int, ok bool) {
	if token == "" || token == "0" {
		return 0, true
	}
	text, err := hex.DecodeString(token)
	if err != nil || len(text) < 4 {
		return 0, false
	}
	offset, err = strconv.Atoi(string(text[3:]))
	return offset, err == nil && offset > 0
}

// leaveBy returns how a person leaves by a call.
func (s *Server) leaveBy(r *request) directory.Leave {
	l := directory.Leave{Time: s.now(), Reason: directory.LeaveByAPI}
	if r.admin {
		l.Reason = directory.LeaveByAdmin
	}
	return l
}

// Leave makes a person leave, as the record says: its time is now and its reason directory.LeaveBySelf if it has none.
func (s *Server) Leave(userid string, l directory.Leave) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	if l.Time.IsZero() {
		l.Time = s.now()
	}
	kept := l.Clone()
	err := s.org.Leave(userid, l.Clone())
	if err == nil {
		s.remember(func(org *directory.Organization, _ time.Time) error { return org.Leave(userid, kept.Clone()) })
	}
	return err
}

// Rehire brings a person back who has left, under the same userid and without roles.
func (s *Server) Rehire(userid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	err := s.org.Rehire(userid, s.now())
	if err == nil {
		s.remember(func(org *directory.Organization, now time.Time) error { return org.Rehire(userid, now) })
	}
	return err
}

// Leaves returns the records of all people who left, the first one first.
func (s *Server) Leaves() []directory.Leave {
	s.mu.Lock()
	defer s.mu.Unlock()
	leaves := make([]directory.Leave, len(s.org.Leaves()))
	for i, l := range s.org.Leaves() {
		leaves[i] = l.Clone()
	}
	return leaves
}
