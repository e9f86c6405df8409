package directory

import (
	"strconv"
	"time"
)

// addLeavers adds the records of people who left in the year before a time: one for 20 people, and those that are not
// left to chance, which are within the last 30 days. One of these has returned, one is unknown to Contacts and another to
// Smart HR. The people of the organization remain the same.
func (m *sampler) addLeavers(now time.Time) {
	if m.Users < 10 {
		return
	}
	known := []Leave{
		{UserID: m.userids[9], Reason: LeaveByAPI},
		{Reason: LeaveByAdmin, ReasonMemo: "搬去杭州", VoluntaryReasons: []string{"家庭原因"}},
		{Reason: LeaveBySelf, VoluntaryReasons: []string{"个人发展", "薪资"}},
		{Reason: LeaveByCancel, OnlyContacts: true},
		{OnlySmartHR: true, PassiveReasons: []string{"合同到期"}},
	}
	for i := range len(known) + m.Users/20 {
		l, days := Leave{Reason: pick(m.dice, []string{LeaveByAPI, LeaveByAdmin, LeaveBySelf, LeaveUnknown})}, 31+m.below(330)
		if i < len(known) {
			l, days = known[i], 3+5*i
		}
		l.Time = now.Add(-time.Duration(days)*24*time.Hour - time.Duration(m.below(36_000))*time.Second)
		m.addLeaver(m.Users+i, l)
	}
}

// addLeaver adds the record of the ith person.
func (m *sampler) addLeaver(i int, l Leave) {
	name := m.personName(i)
	home := m.homeDepartment(i)
	l.StateCode, l.Mobile = m.mobile(i)
	l.Name = name.text
	l.Depts = []LeftDept{{home.ID, m.org.hyphenPath(home.ID)}}
	l.HandoverUserID = m.managerOf(home)
	if u := m.org.users[l.UserID]; u != nil { // who has returned
		l.Name, l.StateCode, l.Mobile = u.Name, u.StateCode, u.Mobile
	} else {
		l.UserID = name.latin + "." + strconv.Itoa(i)
	}
	m.org.record(l)
}
