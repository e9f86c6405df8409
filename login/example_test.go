package login_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

// NewSite returns a web site that shows who has signed in.
func NewSite(client *dingtalk.Client) (http.Handler, error) {
	flow, err := login.New(client, login.Config{RedirectURL: "https://app.example.com/login/callback"})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/login/", flow.Handler(func(w http.ResponseWriter, r *http.Request, m *login.Member, err error) {
		switch {
		case err == nil:
			startSession(w, m.User.UserID)
			http.Redirect(w, r, login.ReturnPath(r), http.StatusSeeOther)
		case errors.Is(err, dingtalk.ErrPermission), errors.Is(err, dingtalk.ErrNotFound):
			http.Error(w, "only members of the organization can sign in", http.StatusForbidden)
		default: // the code was spent or has expired, or DingTalk did not respond
			http.Error(w, "please sign in again", http.StatusServiceUnavailable)
		}
	}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		userID, ok := sessionUser(r)
		if !ok {
			http.Redirect(w, r, "/login/start?return="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		_, _ = fmt.Fprintln(w, "Hello,", userID)
	})
	return mux, nil
}

// startSession and sessionUser stand for the sessions of the site, which sign their cookies.
func startSession(w http.ResponseWriter, userID string) {
	http.SetCookie(w, &http.Cookie{Name: "session", Value: userID, Path: "/"})
}

func sessionUser(r *http.Request) (string, bool) {
	c, err := r.Cookie("session")
	if err != nil {
		return "", false
	}
	return c.Value, true
}

// A test signs in without a browser, and without an account at DingTalk.
func ExampleFlow_Handler() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	site, err := NewSite(srv.Client())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	var cookies []*http.Cookie
	get := func(address string) *http.Response {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		cookies = append(cookies, w.Result().Cookies()...)
		return w.Result()
	}

	start := get("https://app.example.com/people").Header.Get("Location")
	page := get("https://app.example.com" + start).Header.Get("Location")
	redirect, err := srv.SignIn("zhao.min", page)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(get(redirect).Header.Get("Location"))
	fmt.Println(get("https://app.example.com/people").StatusCode)
	// Output:
	// /people
	// 200
}

// exampleFlow returns a flow of a server with zhao.min, and the code of a sign-in.
func exampleFlow(srv *dingtalktest.Server) (flow *login.Flow, code string) {
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	flow, err := login.New(srv.Client(), login.Config{RedirectURL: "https://app.example.com/login/callback", CorpID: srv.CorpID()})
	if err != nil {
		panic(err)
	}
	redirect, err := srv.SignIn("zhao.min", flow.AuthURL("7f3a"))
	if err != nil {
		panic(err)
	}
	to, err := url.Parse(redirect)
	if err != nil {
		panic(err)
	}
	return flow, to.Query().Get("authCode")
}

func ExampleNew() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	_, err := login.New(srv.Client(), login.Config{RedirectURL: "/login/callback"})
	fmt.Println(err)
	// Output: dingtalk: login.New: invalid argument: RedirectURL: not an absolute http or https address
}

func ExampleFlow_AuthURL() {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(dingtalk.BaseURLChina))
	if err != nil {
		fmt.Println(err)
		return
	}
	flow, err := login.New(client, login.Config{RedirectURL: "https://app.example.com/login"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(flow.AuthURL("7f3a"))
	// Output: https://login.dingtalk.com/oauth2/auth?client_id=dingexample&prompt=consent&redirect_uri=https%3A%2F%2Fapp.example.com%2Flogin&response_type=code&scope=openid%20corpid&state=7f3a
}

// Without the Handler: the program compares the state itself, and then exchanges the code.
func ExampleFlow_Exchange() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, code := exampleFlow(srv)

	session, err := flow.Exchange(ctx, code)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(session.AccessToken, session.CorpID == srv.CorpID())
	_, err = flow.Exchange(ctx, code)
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidAuthCode))
	// Output:
	// REDACTED true
	// true
}

func ExampleFlow_Member() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, code := exampleFlow(srv)
	session, err := flow.Exchange(ctx, code)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := flow.Member(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.User.UserID, m.User.Name, m.Admin)
	// Output: zhao.min Zhao Min false
}

// Requests that race with the same Session get the same new one.
func ExampleFlow_Refresh() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, code := exampleFlow(srv)
	session, err := flow.Exchange(ctx, code)
	if err != nil {
		fmt.Println(err)
		return
	}
	first, err := flow.Refresh(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := flow.Refresh(ctx, session)
	fmt.Println(*second == *first, first.AccessToken == session.AccessToken, err)
	// Output: true false <nil>
}

// A page within DingTalk gets its code from requestAuthCode of the JSAPI.
func ExampleFlow_InApp() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, _ := exampleFlow(srv)
	m, err := flow.InApp(context.Background(), srv.IssueCode("zhao.min"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.User.UserID)
	// Output: zhao.min
}

// Processes that serve one site share the keys. The first signs; a key is rotated by putting a new one before it.
func ExampleWithKeys() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, _ := exampleFlow(srv)
	newKey, oldKey := dingtalk.NewSecret("32-random-bytes-of-this-month..."), dingtalk.NewSecret("32-random-bytes-of-last-month...")
	handler := flow.Handler(func(w http.ResponseWriter, _ *http.Request, _ *login.Member, err error) {
		if errors.Is(err, login.ErrState) {
			http.Error(w, "please sign in again", http.StatusForbidden)
		}
	}, login.WithKeys(newKey, oldKey))

	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/login/callback?authCode=forged&state=forged", nil))
	fmt.Println(w.Code)
	// Output: 403
}

func ExampleReturnPath() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, _ := exampleFlow(srv)
	handler := flow.Handler(func(_ http.ResponseWriter, r *http.Request, _ *login.Member, _ error) {
		fmt.Println(login.ReturnPath(r))
	})
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/login/callback", nil)) // without a beginning
	// Output: /
}

func ExampleSessionOf() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	flow, _ := exampleFlow(srv)
	handler := flow.Handler(func(_ http.ResponseWriter, r *http.Request, _ *login.Member, err error) {
		fmt.Println(login.SessionOf(r), errors.Is(err, login.ErrState))
	})
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/login/callback", nil)) // no user has signed in
	// Output: <nil> true
}
