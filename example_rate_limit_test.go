package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The app has the paid package, and three programs share it.
func ExampleWithRateLimit() {
	srv := dingtalktest.NewServer(dingtalktest.WithQPS(60))
	defer srv.Close()
	client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 60 / 3}))

	start := time.Now()
	for range 21 {
		_, err := client.CountUsers(context.Background(), dingtalk.CountUsersRequest{})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(time.Since(start) >= time.Second)
	// Output: true
}

// A call that would have to wait beyond its deadline fails at once, and is not sent.
func ExampleLimitError_Error() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerAddress: 2})) // in 20 seconds, half of them at once
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	_, err := client.CountUsers(ctx, dingtalk.CountUsersRequest{})
	fmt.Println(err)
	_, err = client.CountUsers(ctx, dingtalk.CountUsersRequest{})
	fmt.Println(errors.Is(err, dingtalk.ErrRateLimited), ctx.Err())
	if late, ok := errors.AsType[*dingtalk.LimitError](err); ok {
		late.Wait = late.Wait.Round(10 * time.Second)
		fmt.Println(late)
	}
	fmt.Println(len(srv.Calls("CountUsers")))
	// Output:
	// <nil>
	// true <nil>
	// the rate limit has no room before the deadline: wait for 20s
	// 1
}

// No call waits for more than ten seconds, those without a deadline included.
func ExampleWithMaxWait() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerAddress: 2}), dingtalk.WithMaxWait(10*time.Second))

	_, err := client.CountUsers(context.Background(), dingtalk.CountUsersRequest{})
	fmt.Println(err)
	_, err = client.CountUsers(context.Background(), dingtalk.CountUsersRequest{})
	fmt.Println(errors.Is(err, dingtalk.ErrRateLimited), len(srv.Calls("CountUsers")))
	// Output:
	// <nil>
	// true 1
}

// oneAtATime is a limiter for a gateway that accepts one request at a time.
type oneAtATime struct {
	inFlight chan struct{}
	paths    []string
}

func (l *oneAtATime) Acquire(ctx context.Context, call dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	select {
	case l.inFlight <- struct{}{}:
		l.paths = append(l.paths, call.Path)
		return l, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *oneAtATime) Release(dingtalk.LimitOutcome) { <-l.inFlight }

func ExampleWithLimiter() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	limiter := &oneAtATime{inFlight: make(chan struct{}, 1)}
	client := srv.Client(dingtalk.WithLimiter(limiter))

	_, err := client.CountUsers(context.Background(), dingtalk.CountUsersRequest{})
	fmt.Println(limiter.paths, err)
	// Output: [/gettoken /topapi/user/count] <nil>
}

// While an import runs, the calls for a page that a user waits for go first.
func ExampleClient_Bulk() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{}))

	imported := make(chan error)
	go func() {
		bulk := client.Bulk()
		_, err := bulk.CreateUser(ctx, dingtalk.CreateUserRequest{
			UserID: "li.na", Name: "Li Na", Mobile: "+86-13800005678", DeptIDList: []int64{dingtalk.RootDepartmentID},
		})
		imported <- err
	}()
	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name, <-imported)
	// Output: Zhao Min <nil>
}

// Several clients share what an address may call. Package tenants does this for the organizations of an app.
func ExampleNewLimiter() {
	limiter := dingtalk.NewLimiter(dingtalk.RateLimit{PerAddress: 5_000})
	for _, corpID := range []string{"dingharbor", "dingmeadow"} {
		client, err := dingtalk.New("suiteexample01", "suite-secret-0001",
			dingtalk.WithCorpToken(corpID), dingtalk.WithLimiter(limiter))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(client.CorpID())
	}
	// Output:
	// dingharbor
	// dingmeadow
}
