package emulator

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Two sizes show whether the cost of a person or a call grows with the organization.
var sampleSizes = []directory.Sample{{Departments: 500, Users: 10_000, Seed: 1}, {Departments: 5000, Users: 100_000, Seed: 1}}

// BenchmarkSampleOrg builds sample organizations and reports the memory of one.
func BenchmarkSampleOrg(b *testing.B) {
	for _, size := range sampleSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var s *Server
			before := heapSize()
			for b.Loop() {
				var err error
				s, err = New(WithSampleOrg(size.Departments, size.Users, size.Seed))
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size.Users), "ns/person")
			b.ReportMetric((heapSize()-before)/(1<<20), "MiB-in-use")
			runtime.KeepAlive(s)
		})
	}
}

// heapSize returns how many bytes are in use after a collection.
func heapSize() float64 {
	runtime.GC()
	runtime.GC() // the first lets go of what was being swept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkReadSampleOrg reads each department, the IDs of its children and pages of 100 of its people, again and again
// through the whole organization.
func BenchmarkReadSampleOrg(b *testing.B) {
	for _, size := range sampleSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s, err := New(WithSampleOrg(size.Departments, size.Users, size.Seed))
			require.NoError(b, err)
			defer s.Close()
			post, members := caller(b, s), map[int64]int{}
			for _, u := range s.Users() {
				for _, id := range u.DeptIDList {
					members[id]++
				}
			}
			departments, before, calls, people := s.Departments(), heapSize(), 0, 0
			for b.Loop() {
				for _, d := range departments {
					post(listPath, fmt.Sprintf(`{"dept_id":%d}`, d.ID))
					post(getDeptPath, fmt.Sprintf(`{"dept_id":%d}`, d.ID))
					calls += 2
					for cursor := 0; cursor == 0 || cursor < members[d.ID]; cursor += 100 {
						post(usersPath, fmt.Sprintf(`{"dept_id":%d,"cursor":%d,"size":100}`, d.ID, cursor))
						calls++
					}
					people += members[d.ID]
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(calls), "ns/call")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(people), "ns/person")
			b.ReportMetric((heapSize()-before)/(1<<20), "MiB-more")
		})
	}
}

// BenchmarkSampleUsers takes a snapshot of all people, as a test does that compares them with what was read.
func BenchmarkSampleUsers(b *testing.B) {
	for _, size := range sampleSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s, err := New(WithSampleOrg(size.Departments, size.Users, size.Seed))
			require.NoError(b, err)
			defer s.Close()
			for b.Loop() {
				require.Len(b, s.Users(), size.Users)
			}
		})
	}
}
