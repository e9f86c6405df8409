package main

import (
	"fmt"
	"hash/fnv"
	"iter"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// The departments of the emulator, for the people who are invented.
var departmentPaths = []string{"/研发中心", "/Sales", "/Support"}

func departments(srv *dingtalktest.Server) {
	for _, path := range departmentPaths {
		srv.AddDepartment(dingtalktest.Department{Name: path[1:]})
	}
}

// invented are people who do not exist, the same every time.
func invented(n int) iter.Seq2[provision.Person, error] {
	families, given := []string{"Zhao", "Lin", "Chen", "Wu", "He"}, []string{"Min", "Yue", "Hua", "Rui", "Jing", "Bo", "Xin"}
	people := make([]provision.Person, n)
	for i := range people {
		people[i] = provision.Person{
			CreateUserRequest: dingtalk.CreateUserRequest{
				UserID: fmt.Sprintf("person%05d", i+1),
				Name:   families[i%len(families)] + " " + given[i%len(given)],
				Mobile: fmt.Sprint(13800000001 + i),
			},
			DeptPaths: departmentPaths[i%len(departmentPaths):][:1],
			Line:      i + 1,
		}
	}
	return provision.List(people...)
}

// listed are the people of a file, or invented ones. The file is to be closed afterwards.
func listed(file string, people int) (list iter.Seq2[provision.Person, error], done func(), err error) {
	if file == "" {
		return invented(people), func() {}, nil
	}
	f, err := os.Open(file) //nolint:gosec // the caller's own
	if err != nil {
		return nil, nil, err
	}
	return provision.CSV(f), func() { _ = f.Close() }, nil
}

// share is the part of a list that falls to one of n. It goes by the userid alone, so that no two have the same
// person, whatever becomes of the rest of the list; rows with the same userid, which is a mistake, meet in one
// share, where the mistake is found. What is wrong with the list as a whole, everybody is told.
func share(list iter.Seq2[provision.Person, error], i, n int) iter.Seq2[provision.Person, error] {
	return func(yield func(provision.Person, error) bool) {
		for p, err := range list {
			id, single := p.UserID, err == nil
			if row, bad := rowOf(err); bad {
				id, single = row, true
			}
			if (!single || shareOf(id, n) == i) && !yield(p, err) {
				return
			}
		}
	}
}

func shareOf(userID string, n int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(userID))
	return int(h.Sum32() % uint32(n)) //nolint:gosec // a few
}
