package browsertest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// browserErrors collects the errors and warnings of the browser about a page, violations of its content security
// policy, and requests to other hosts.
type browserErrors struct {
	host              string
	mu                sync.Mutex
	messages, ignored []string
}

// collectErrors starts to collect the errors of a tab.
func collectErrors(ctx context.Context, host string) (*browserErrors, error) {
	c := &browserErrors{host: host}
	if err := chromedp.Listen(ctx, c.handle); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		return nil, err
	}
	_, err := chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	return c, err
}

func (c *browserErrors) handle(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			c.add("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, arg := range e.Args {
				words = append(words, arg.Description+string(arg.Value))
			}
			c.add("console.%s: %s", e.Type, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		c.add("exception: %v", (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *audits.EventIssueAdded:
		if issue := e.Issue.Details.ContentSecurityPolicyIssueDetails; issue != nil {
			c.add("content security policy: %s %s", issue.ViolatedDirective, issue.BlockedURL)
		}
	case *network.EventRequestWillBeSent:
		to, err := url.Parse(e.Request.URL)
		if err != nil || to.Host != c.host && to.Scheme != "data" {
			c.add("request to another host: %s", e.Request.URL)
		}
	}
}

func (c *browserErrors) add(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.messages = append(c.messages, fmt.Sprintf(format, args...))
}

// ignore excludes errors that contain a text, including later ones.
func (c *browserErrors) ignore(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ignored = append(c.ignored, text)
}

// all returns the errors that are not ignored.
func (c *browserErrors) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.messages), func(message string) bool {
		return slices.ContainsFunc(c.ignored, func(text string) bool { return strings.Contains(message, text) })
	})
}

func TestBrowserErrors_CollectsForbiddenActionsOfAPage(t *testing.T) {
	t.Parallel()
	for want, page := range map[string]string{
		"exception: ":                `<script src="/console/throw.js"></script>`,
		`console.error: "oh no"`:     `<script src="/console/error.js"></script>`,
		"content security policy: s": `<script>1</script>`,
		"security: ":                 `<p style="color: red">red</p>`,
		"request to another host: ":  `<iframe src="http://127.0.0.1:1/"></iframe>`,
		"404":                        `<img src="/nothing">`,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-src *")
				switch r.URL.Path {
				case "/console/":
					_, _ = io.WriteString(w, "<!doctype html><link rel=icon href=data:,>"+page)
				case "/console/throw.js":
					_, _ = io.WriteString(w, "throw new Error('oh no')")
				case "/console/error.js":
					_, _ = io.WriteString(w, "console.error('oh no')")
				default:
					http.NotFound(w, r)
				}
			}))
			t.Cleanup(srv.Close)
			tab := open(t, srv.URL+"/console/", "", view{})
			assert.Eventually(t, func() bool {
				return slices.ContainsFunc(tab.all(), func(message string) bool { return strings.Contains(message, want) })
			}, waitTimeout, 10*time.Millisecond)
			tab.ignore("") // ignores all
		})
	}
}
