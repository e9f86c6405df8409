package login

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Config describes the sign-in of an app.
type Config struct {
	// RedirectURL is where the login page sends the user back to. It must be registered in the developer console
	// (Security settings), to the letter.
	RedirectURL string
	// CorpID is the organization whose members may sign in. It is preselected on the login page. If it is empty, they
	// are those of the organization that the app belongs to, whichever they chose on the login page.
	CorpID string
	// Scopes are what the login page asks the user for. The default is openid and corpid, the only ones that are
	// documented; some programs add permission points, such as Contact.User.Read.
	Scopes []string
	// Prompt is "consent" by default, with which the page asks for the user's consent.
	Prompt string
	// OrgType is "management" to offer only organizations that the user administers.
	OrgType string
}

// Flow signs people in. New makes it; it is safe for concurrent use.
type Flow struct {
	client   *dingtalk.Client
	config   Config
	redirect *url.URL

	mu        sync.Mutex
	refreshes map[dingtalk.Secret]*refresh // by refresh token: those in flight and those that just ended
}

// The scopes of the login page that are documented.
const (
	openIDScope = "openid" // the user's identity
	corpIDScope = "corpid" // and the organization that the user chose
)

// New returns a Flow. The client needs the client ID and the client secret of the app. The error names all faults of the
// arguments.
func New(c *dingtalk.Client, cfg Config) (*Flow, error) {
	var faults []string
	require := func(ok bool, fault string) {
		if !ok {
			faults = append(faults, fault)
		}
	}
	require(c != nil, "the client is nil")
	require(c == nil || c.ClientID() != "", "the client has no client ID")
	redirect, err := url.Parse(cfg.RedirectURL)
	valid := err == nil && (redirect.Scheme == "https" || redirect.Scheme == "http") && redirect.Hostname() != ""
	require(valid, "RedirectURL: not an absolute http or https address")
	require(!valid || redirect.User == nil && !strings.Contains(cfg.RedirectURL, "#"), "RedirectURL: an address with a user name or a fragment")
	require(!valid || path.Base(redirect.Path) != startElement, `RedirectURL: a path that ends in "start", where the handler begins`)
	if len(cfg.Scopes) == 0 {
		cfg.Scopes = []string{openIDScope, corpIDScope}
	}
	cfg.Scopes = slices.Clone(cfg.Scopes)
	require(slices.Contains(cfg.Scopes, openIDScope), "Scopes: openid is missing")
	require(!strings.ContainsFunc(cfg.CorpID, unicode.IsSpace), "CorpID: white space in it")
	require(cfg.CorpID == "" || slices.Contains(cfg.Scopes, corpIDScope), "Scopes: without corpid the organization is not known, and CorpID cannot be checked")
	if cfg.Prompt == "" {
		cfg.Prompt = "consent"
	}
	if len(faults) > 0 {
		return nil, refuse("New", dingtalk.ErrInvalidArgument, strings.Join(faults, "; "))
	}
	return &Flow{client: c, config: cfg, redirect: redirect, refreshes: map[dingtalk.Secret]*refresh{}}, nil
}

// AuthURL returns the address of the login page. The page returns the state unchanged: it must be unguessable, bound to
// the browser, and compared when the user comes back, or else an attacker can sign a user in under another account. The
// Handler does so.
func (f *Flow) AuthURL(state string) string {
	query := url.Values{
		"redirect_uri": {f.config.RedirectURL}, "response_type": {"code"}, "client_id": {f.client.ClientID()},
		"scope": {strings.Join(f.config.Scopes, " ")}, "prompt": {f.config.Prompt},
	}
	for name, value := range map[string]string{"state": state, "org_type": f.config.OrgType, "corpId": f.config.CorpID} {
		if value != "" {
			query.Set(name, value)
		}
	}
	encoded := strings.ReplaceAll(query.Encode(), "+", "%20") // the space between scopes; a plus sign is %2B
	return f.client.LoginBaseURL() + "/oauth2/auth?" + encoded
}
