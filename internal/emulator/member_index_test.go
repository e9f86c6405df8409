package emulator

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The index lists the same people as a look at each person, after any changes.
func TestMemberIndex_AgreesWithThePeople(t *testing.T) {
	t.Parallel()
	const callers, people = 64, 16
	a := newApp(t)
	depts := []int64{1, a.department(directory.Department{}), a.department(directory.Department{})}
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			id, dept := fmt.Sprint("u", i%people), depts[i%len(depts)]
			a.post(createPath, fmt.Sprintf(`{"userid":%q,"name":"N","mobile":"139000000%02d","dept_id_list":"%d"}`, id, i%people, dept))
			a.post(usersPath, `{"dept_id":1,"cursor":0,"size":5,"order_field":"modify_desc"}`)
			a.post(updatePath, fmt.Sprintf(`{"userid":%q,"dept_id_list":"%d,1","dept_order_list":[{"dept_id":1,"order":%d}]}`, id, dept, i))
			a.post(inactivePath, fmt.Sprintf(`{"is_active":false,"offset":0,"size":5,"query_date":%q}`, daysAgo(1)))
			if i%5 == 0 {
				a.post(deletePath, fmt.Sprintf(`{"userid":%q}`, id))
			}
			a.post(idsPath, `{"dept_id":1}`)
		})
	}
	wg.Wait()
	for _, dept := range depts {
		var want []string
		places := map[string]int64{}
		for _, u := range a.server.Users() {
			for _, d := range u.DeptOrderList {
				if d.DeptID == dept {
					want, places[u.UserID] = append(want, u.UserID), d.Order
				}
			}
		}
		got := ids(t, a.post(idsPath, fmt.Sprintf(`{"dept_id":%d}`, dept)).result()["userid_list"])
		assert.ElementsMatch(t, want, got)
		for i := 1; i < len(got); i++ {
			before, after := places[got[i-1]], places[got[i]]
			assert.True(t, before > after || before == after && got[i-1] < got[i], "%v", got)
		}
	}
}

// BenchmarkPages reads pages of 100 from a department of 100,000 people, again and again from beginning to end, without
// changes and with a change of a person before each page.
func BenchmarkPages(b *testing.B) {
	const people, size = 100_000, 100
	for _, tt := range []struct {
		name, path, body string
		change           bool
	}{
		{"ListUsers", usersPath, `{"dept_id":1,"cursor":%d,"size":100}`, false},
		{"ListUsers while people change", usersPath, `{"dept_id":1,"cursor":%d,"size":100}`, true},
		{"ListUserBriefs", briefsPath, `{"dept_id":1,"cursor":%d,"size":100,"order_field":"modify_desc"}`, false},
		{"ListInactiveUserIDs", inactivePath, `{"is_active":false,"offset":%d,"size":100,"query_date":"` + daysAgo(1) + `"}`, false},
	} {
		b.Run(tt.name, func(b *testing.B) {
			s, post := crowded(b, people)
			defer s.Close()
			cursor := 0
			for b.Loop() {
				if tt.change {
					post(updatePath, fmt.Sprintf(`{"userid":"u%d","title":"T%d"}`, cursor, cursor))
				}
				post(tt.path, fmt.Sprintf(tt.body, cursor))
				cursor = (cursor + size) % people
			}
		})
	}
}

// crowded returns a server with people in the root department and a function that calls it.
func crowded(b *testing.B, people int) (s *Server, post func(path, body string)) {
	b.Helper()
	s, err := New()
	require.NoError(b, err)
	for i := range people {
		_, err := s.AddUser(directory.User{UserID: fmt.Sprint("u", i), Mobile: fmt.Sprintf("139%08d", i), Title: "Clerk"})
		require.NoError(b, err)
	}
	return s, caller(b, s)
}

// caller returns a function that calls a server and requires success.
func caller(b *testing.B, s *Server) (post func(path, body string)) {
	b.Helper()
	client := &http.Client{Transport: s.Transport()}
	send := func(method, url, body string) []byte {
		req, err := http.NewRequestWithContext(b.Context(), method, "https://oapi.example.com"+url, strings.NewReader(body))
		require.NoError(b, err)
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		require.NoError(b, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(b, err)
		return text
	}
	_, after, _ := strings.Cut(string(send("GET", "/gettoken?appkey="+s.ClientID()+"&appsecret="+s.ClientSecret(), "")), `"access_token":"`)
	token, _, _ := strings.Cut(after, `"`)
	return func(path, body string) {
		text := send("POST", path+"?access_token="+token, body)
		require.Contains(b, string(text[:min(len(text), 40)]), `"errcode":0`, "%.200s", text)
	}
}
