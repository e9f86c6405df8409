package dingtalktest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The console of a program: open the address in a browser.
func ExampleWithConsole() {
	srv := dingtalktest.NewServer(dingtalktest.WithConsole())
	defer srv.Close()
	address, err := srv.Listen("")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status(address + "/console/"))

	// Output: 200 OK
}

// The console of a program that other machines can reach.
func ExampleWithConsoleToken() {
	srv := dingtalktest.NewServer(dingtalktest.WithConsoleToken("a-token"))
	defer srv.Close()
	address, err := srv.Listen("")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status(address + "/console/"))
	fmt.Println(status(address + "/console/?token=a-token")) // leads to the console, with a cookie

	// Output:
	// 401 Unauthorized
	// 303 See Other
}

// The console beside the pages of another server.
func ExampleServer_Console() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "赵敏"})
	mux := http.NewServeMux()
	mux.Handle("/console/", srv.Console())
	host := httptest.NewServer(mux)
	defer host.Close()

	fmt.Println(status(host.URL + "/console/users/zhao.min"))
	fmt.Println(status(host.URL + "/console/users/absent"))

	// Output:
	// 200 OK
	// 404 Not Found
}

func status(address string) string {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return err.Error()
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	return res.Status
}
