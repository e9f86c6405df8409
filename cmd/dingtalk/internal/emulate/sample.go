package emulate

import (
	"errors"
	"strconv"
	"strings"
)

// manyPeople is the number of people beyond which it takes a second or more to generate an organization.
const manyPeople = 20_000

// sampleSize is the size of a generated organization.
type sampleSize struct {
	given               bool
	departments, people int
}

// set parses a number of departments and a number of people.
func (s *sampleSize) set(text string) error {
	departments, people, _ := strings.Cut(text, ",")
	d, err := strconv.ParseUint(departments, 10, 31)
	p, err2 := strconv.ParseUint(people, 10, 31)
	if err != nil || err2 != nil {
		return errors.New("give a number of departments and a number of people, such as 50,1000")
	}
	*s = sampleSize{true, int(d), int(p)}
	return nil
}
