package emulator

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Hundreds of callers race for the same few people; exactly one wins each.
func TestServer_ServesManyCallersAtOnce(t *testing.T) {
	t.Parallel()
	const callers, people = 256, 16
	a := newApp(t)
	require.NoError(t, a.server.Fail("GetUser", SystemBusy, callers/2))

	codes := make([]string, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			n := i % people
			body := fmt.Sprintf(`{"userid":"u%d","name":"N","mobile":"139000000%02d","dept_id_list":"1"}`, n, n)
			codes[i] = a.post(createPath, body).code()
			a.post(updatePath, fmt.Sprintf(`{"userid":"u%d","job_number":"%d"}`, n, i))
			a.post(getPath, fmt.Sprintf(`{"userid":"u%d"}`, n))
			_, _ = a.server.User(fmt.Sprint("u", n))
			_, _ = a.server.Calls("GetUser")
			_, _ = a.server.Search("n", 5)
			_, _ = a.server.Branch(1)
			_, _ = a.server.Members(1, 0, 5), a.server.UserResponse(fmt.Sprint("u", n))
			_, _ = a.server.AddDepartment(directory.Department{})
			a.post(listPath, `{"dept_id":1}`)
			a.server.Advance(1)
		})
	}
	wg.Wait()

	created := 0
	for _, code := range codes {
		if code == "0" {
			created++
			continue
		}
		assert.Equal(t, "60102", code)
	}
	assert.Equal(t, people, created)
	assert.Len(t, a.server.Users(), people)
	assert.Len(t, a.server.Departments(), callers+1)
	calls, err := a.server.Calls("GetUser")
	require.NoError(t, err)
	busy := 0
	for _, c := range calls {
		if c.Code == -1 {
			busy++
		}
	}
	assert.Equal(t, callers/2, busy)
}
