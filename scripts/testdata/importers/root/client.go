// Client reads a user that does not exist from a service of two responses.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go"
)

func serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/gettoken" {
		fmt.Fprint(w, `{"errcode":0,"errmsg":"ok","access_token":"example","expires_in":7200}`)
	} else {
		fmt.Fprint(w, `{"errcode":60121,"errmsg":"not found"}`)
	}
}

func main() {
	service := httptest.NewServer(http.HandlerFunc(serve))
	defer service.Close()
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(service.URL))
	if err == nil {
		_, err = client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	}
	fmt.Println(err)
	if !errors.Is(err, dingtalk.ErrNotFound) {
		os.Exit(1)
	}
}
