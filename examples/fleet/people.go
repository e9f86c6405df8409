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

// departmentPaths holds the departments of the emulator, which the invented people belong to.
var departmentPaths = []string{"/研发中心", "/Sales", "/Support"}

func addDepartments(srv *dingtalktest.Server) {
	for _, path := range departmentPaths {
		srv.AddDepartment(dingtalktest.Department{Name: path[1:]})
	}
}

// inventPeople returns n invented people, the same each time.
func inventPeople(n int) iter.Seq2[provision.Person, error] {
	families, given := []string{"Zhao", "Lin", "Chen", "Wu", "He"}, []string{"Min", "Yue", "Hua", "Rui", "Jing", "Bo", "Xin"}
	people := make([]provision.Person, n)
	for i := range people {
		people[i] = provision.Person{
			CreateUserRequest: dingtalk.CreateUserRequest{
				UserID: fmt.Sprintf("person%05d", i+1),
				Name:   families[i%len(families)] + " " + given[i%len(given)],
				Mobile: fmt.Sprintf("138%08d", i+1),
			},
			DeptPaths: departmentPaths[i%len(departmentPaths):][:1],
			Line:      i + 1,
		}
	}
	return provision.List(people...)
}

// openList returns the people of a file, or invented people if no file is named. The caller closes the list.
func openList(file string, people int) (list iter.Seq2[provision.Person, error], closeList func(), err error) {
	if file == "" {
		return inventPeople(people), func() {}, nil
	}
	f, err := os.Open(file) //nolint:gosec // the file that the user names
	if err != nil {
		return nil, nil, err
	}
	return provision.CSV(f), func() { _ = f.Close() }, nil
}

// shareOf returns the part of a list that belongs to worker i of n. Only the userid decides, so shares stay disjoint
// whatever else the list holds. Rows with the same userid, which are an error, are in one share, where the error is
// found. An error of the list as a whole is in every share.
func shareOf(list iter.Seq2[provision.Person, error], i, n int) iter.Seq2[provision.Person, error] {
	return func(yield func(provision.Person, error) bool) {
		for p, err := range list {
			userID, isRow := p.UserID, err == nil
			if id, isRowError := rowErrorUserID(err); isRowError {
				userID, isRow = id, true
			}
			if (!isRow || workerFor(userID, n) == i) && !yield(p, err) {
				return
			}
		}
	}
}

// workerFor returns the worker to whose share a userid belongs.
func workerFor(userID string, n int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(userID))
	return int(h.Sum32() % uint32(n)) //nolint:gosec // n is small
}
