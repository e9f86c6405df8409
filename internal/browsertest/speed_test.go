package browsertest

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// maxFirstPaint is the limit of the test. The aim is 200 ms, but a busy machine may take longer.
const maxFirstPaint = time.Second

// It is not parallel and runs before the parallel tests, so that no other test uses the machine.
func TestFirstPaint_IsQuickWithAHundredThousandPeople(t *testing.T) {
	p := serve(t, dingtalktest.WithSampleOrg(5000, 100_000, 1))
	user := p.Users()[50_000]
	tab := open(t, p.console, "", view{})
	for _, page := range []string{
		"", "departments/" + str(p.largestDepartment()), "users/" + user.UserID,
		"search?q=" + escape("王"), "search?q=" + user.Mobile, "search?q=nothing",
	} {
		var firstBytes, paints []time.Duration
		for range 5 {
			tab.visit(page)
			tab.waitFor("it is painted", firstPaint+" > 0")
			paints = append(paints, time.Duration(evaluate[float64](tab, firstPaint)*float64(time.Millisecond)))
			firstBytes = append(firstBytes, time.Duration(evaluate[float64](tab, firstByte)*float64(time.Millisecond)))
		}
		slices.Sort(firstBytes)
		slices.Sort(paints)
		median := paints[len(paints)/2]
		_, _ = fmt.Fprintf(os.Stdout, "first paint after %4d ms (%d to %d), first byte after %3d ms: /console/%s\n", median.Milliseconds(),
			paints[0].Milliseconds(), paints[len(paints)-1].Milliseconds(), firstBytes[len(firstBytes)/2].Milliseconds(), page)
		assert.Less(t, median, maxFirstPaint, page)
	}
}

// JavaScript expressions of the time of the first paint, which is 0 before it, and of the first byte of the response,
// in milliseconds since the start of the navigation.
const (
	firstPaint = "(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)"
	firstByte  = "performance.getEntriesByType('navigation')[0].responseStart"
)

// largestDepartment returns the department with the most members.
func (p *testServer) largestDepartment() (id int64) {
	members := map[int64]int{}
	for _, u := range p.Users() {
		for _, dept := range u.DeptIDList {
			members[dept]++
			if members[dept] > members[id] {
				id = dept
			}
		}
	}
	return id
}
