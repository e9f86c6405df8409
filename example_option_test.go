package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleWithBaseURL() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	url, err := srv.Listen("") // a real port, for another program
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(url))
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := client.Token(context.Background())
	fmt.Println(token.Value, err)
	// Output: REDACTED <nil>
}

// An http.Client of your own configures proxies, certificates and connection limits.
func ExampleWithHTTPClient() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	hc := &http.Client{Transport: srv.Transport()}

	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithHTTPClient(hc))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.HTTPClient() == hc)
	// Output: true
}

// Any type with the method Token is a source, for example another client.
func ExampleWithTokenSource() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	var source dingtalk.TokenSource = srv.Client()

	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(source),
		dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleStaticToken() {
	source := dingtalk.StaticToken("token-obtained-elsewhere")
	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(source))
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := client.Token(context.Background())
	fmt.Println(token.Value, len(token.Value.Reveal()), err)
	// Output: REDACTED 24 <nil>
}

// Two processes of a fleet share a token. In production the store is one that both can reach, such as Redis.
func ExampleWithTokenStore() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	store := dingtalktest.NewTokenStore(nil)
	key := dingtalk.TokenKey{ID: "2026-11", Key: dingtalk.NewSecret(string(make([]byte, 32)))} // 32 random bytes in production, kept like the client secret

	first := srv.Client(dingtalk.WithTokenStore(store, key))
	second := srv.Client(dingtalk.WithTokenStore(store, key))
	one, err := first.Token(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	other, err := second.Token(ctx)
	fmt.Println(one.Value == other.Value, err, len(srv.Calls("GetToken")))
	// Output: true <nil> 1
}

func ExampleWithRetry() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("GetUser", dingtalktest.SystemBusy, 1)
	once := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))

	_, err := once.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	fmt.Println(errors.Is(err, dingtalk.ErrTransient), len(srv.Calls("GetUser")))
	// Output: true 1
}

func ExampleWithLogger() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration" || a.Key == "wait" || a.Key == "request_id" {
				return slog.Attr{} // differs each time
			}
			return a
		},
	}))
	client := srv.Client(dingtalk.WithLogger(logger))

	_, _ = client.ListSubDepartmentIDs(context.Background(), dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
	// Output:
	// level=DEBUG msg="dingtalk attempt" op=GetToken attempts=1 errcode=0
	// level=DEBUG msg="dingtalk attempt" op=ListSubDepartmentIDs attempts=1 errcode=0
}

// A middleware sees each call once, however many attempts it takes.
func ExampleWithMiddleware() {
	audit := func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			err := next(ctx, call)
			if req, ok := call.Request.(dingtalk.DeleteUserRequest); ok {
				fmt.Println(call.Op, req.UserID, err)
			}
			return err
		}
	}
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client(dingtalk.WithMiddleware(audit))

	_ = client.DeleteUser(context.Background(), dingtalk.DeleteUserRequest{UserID: "zhao.min"})
	// Output: DeleteUser zhao.min <nil>
}

func ExampleWithUserAgent() {
	var agents []string
	srv := dingtalktest.NewServer()
	defer srv.Close()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agents = append(agents, r.UserAgent())
		srv.ServeHTTP(w, r)
	}))
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(),
		dingtalk.WithBaseURL(host.URL), dingtalk.WithUserAgent("hr-sync/1.4"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Token(context.Background())
	host.Close()
	fmt.Println(agents, err)
	// Output: [hr-sync/1.4] <nil>
}

func ExampleWithTimeout() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.Fail("GetUser", dingtalktest.Hang, 1)
	client := srv.Client(dingtalk.WithTimeout(300 * time.Millisecond))

	// The first attempt times out, and the second succeeds.
	user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name, len(srv.Calls("GetUser")))
	// Output: Zhao Min 2
}

func ExampleWithInsecureHTTP() {
	_, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL("http://gateway.internal.example"))
	fmt.Println(err)
	_, err = dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL("http://gateway.internal.example"),
		dingtalk.WithInsecureHTTP())
	fmt.Println(err)
	// Output:
	// dingtalk: New: invalid argument: WithBaseURL: plain http would send the client secret in the clear; use https, or add WithInsecureHTTP
	// <nil>
}

// A mock has no limit, and need not be waited for.
func ExampleNoRateLimit() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 100 { // at once, where the default would take five seconds
		if _, err := client.GetAuthScopes(context.Background()); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("done")
	// Output: done
}
