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

// complaints are what the browser's own console says about a page, breaches of its content security policy, and
// requests to any other host.
type complaints struct {
	host           string
	mu             sync.Mutex
	said, forgiven []string
}

// listen collects the complaints of a tab from now on.
func listen(ctx context.Context, host string) (*complaints, error) {
	c := &complaints{host: host}
	if err := chromedp.Listen(ctx, c.hear); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		return nil, err
	}
	_, err := chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	return c, err
}

func (c *complaints) hear(event any) {
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

func (c *complaints) add(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

// forgive makes complaints with a text in them count no more, those that come later included.
func (c *complaints) forgive(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgiven = append(c.forgiven, text)
}

// all is every complaint that counts.
func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.said), func(complaint string) bool {
		return slices.ContainsFunc(c.forgiven, func(text string) bool { return strings.Contains(complaint, text) })
	})
}

func TestTheBrowserComplainsOfWhatNoPageMayDo(t *testing.T) {
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
			tab := open(t, srv.URL+"/console/", "", look{})
			assert.Eventually(t, func() bool {
				return slices.ContainsFunc(tab.all(), func(complaint string) bool { return strings.Contains(complaint, want) })
			}, patience, 10*time.Millisecond)
			tab.forgive("") // all of them
		})
	}
}
