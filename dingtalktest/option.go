package dingtalktest

import (
	"net/http"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/console"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Option changes the behavior of a server.
type Option func(*settings)

// settings holds what the options of a server set.
type settings struct{ options []emulator.Option }

// option returns an Option that sets an option of the emulator.
func option(o emulator.Option) Option {
	return func(s *settings) { s.options = append(s.options, o) }
}

// emulatorOptions returns the options of the emulator that options set.
func emulatorOptions(opts []Option) []emulator.Option {
	s := settings{options: []emulator.Option{emulator.WithSignInPages(console.SignInPages)}}
	for _, opt := range opts {
		opt(&s)
	}
	return s.options
}

// WithCredentials sets the app's identifier and secret. Without it they are random.
func WithCredentials(clientID, clientSecret string) Option {
	return option(emulator.WithCredentials(clientID, clientSecret))
}

// WithClock sets the server's clock. Advance adds to it; delays use the runtime's timers all the same.
func WithClock(now func() time.Time) Option { return option(emulator.WithClock(now)) }

// WithLatency delays every response by d after the work is done.
func WithLatency(d time.Duration) Option { return option(emulator.WithLatency(d)) }

// WithJitter delays each call on its way to the server and each response on its way back. Both delays together are drawn
// between least and most and divided at random. Until a call arrives, it counts for no limit. The seed fixes the delays
// of the first call, the second and so on. The latency of WithLatency is added.
func WithJitter(least, most time.Duration, seed uint64) Option {
	return option(emulator.WithJitter(least, most, seed))
}

// WithBasePath serves below a path, as behind a proxy: "/dingtalk".
func WithBasePath(path string) Option { return option(emulator.WithBasePath(path)) }

// WithSSOSecret sets the secret of Server.SSOSecret. Without it it is random.
func WithSSOSecret(secret string) Option { return option(emulator.WithSSOSecret(secret)) }

// WithRedirectURIs registers the addresses that the login page may redirect to. Each is compared to the letter. Without
// the option the page redirects to any address.
func WithRedirectURIs(uris ...string) Option { return option(emulator.WithRedirectURIs(uris...)) }

// WithStableRefreshToken makes a refresh return the same tokens, renewed, while they live, as the documentation says.
// Without the option a refresh token is spent by its use, which is what DingTalk's own programs expect.
func WithStableRefreshToken() Option { return option(emulator.WithStableRefreshToken()) }

// WithOtherOrganization adds an organization whose people can sign in on the login page and whom the app must refuse:
// their corpId is another one, and GetUserIDByUnionID does not find them. DingTalk itself keeps them out of internal
// apps. Server.Authorize makes the organization authorize the app. A person with the union ID or the mobile number of a person of the app's organization is the same person.
func WithOtherOrganization(corpID, name string, users ...User) Option {
	return option(emulator.WithOtherOrganization(corpID, name, convertList(users, toUser)...))
}

// WithConsole serves a web console on real connections, at /console/ below the base path: the organization, the page of
// each person beside the JSON that the API returns about them, the calls as they arrive, forms that create, change and
// delete people and departments as an administrator does, and controls. Its page of events shows each event with the
// attempts to deliver it as they are made, and sends events. It shows a developer what a program does. In memory, with
// Client and Transport, there is none.
//
// The console shows no secrets, has no login and refuses what pages of other sites send. Elsewhere than on the loopback
// interface use WithConsoleToken, unless all who can reach the port may see and change everything. On the loopback
// interface it serves requests to localhost and its addresses only, elsewhere to any host name.
func WithConsole() Option {
	return option(emulator.WithConsole(func(e *emulator.Server) http.Handler { return console.New(e, e.BasePath()) }))
}

// WithConsoleToken serves the console of WithConsole for browsers that know a token: it is entered in a form or given once
// in an address, /console/?token=…, and kept in a cookie. The API needs no such token. An empty token admits no one.
func WithConsoleToken(token string) Option {
	return option(emulator.WithConsole(func(e *emulator.Server) http.Handler {
		return console.RequireToken(console.New(e, e.BasePath()), e.BasePath(), token)
	}))
}

// WithTokenLifetime sets how long a token lives after it was fetched last.
func WithTokenLifetime(d time.Duration) Option { return option(emulator.WithTokenLifetime(d)) }

// WithTokenRotation makes every fetch return a new token, which ends the previous one.
func WithTokenRotation() Option { return option(emulator.WithTokenRotation()) }

// WithCredentialCode sets the code that gettoken has for wrong credentials: 40096, the default, or 40089.
func WithCredentialCode(code int) Option { return option(emulator.WithCredentialCode(code)) }

// WithQPS limits the calls of each operation to n per second of the clock.
func WithQPS(n int) Option { return option(emulator.WithQPS(n)) }

// WithAddressLimit limits the calls of each address in 20 seconds of the clock, over all operations and refused calls as
// well. Beyond the limit the address gets the response of BanJSON for five minutes, whether or not it calls again.
// The service's own limit is 10,000.
func WithAddressLimit(calls int) Option { return option(emulator.WithAddressLimit(calls)) }

// WithSlidingWindow makes the limits of WithQPS and WithAddressLimit hold for any period of that length, not only for the
// periods of the clock.
func WithSlidingWindow() Option { return option(emulator.WithSlidingWindow()) }

// Strict refuses all forms that the service accepts without documenting them: undocumented fields, scalars in quotes,
// arrays for comma lists, objects for JSON text, null, form bodies, reads by GET.
func Strict() Option { return option(emulator.Strict()) }

// WithoutScope takes permission points such as qyapi_get_member from the app.
func WithoutScope(points ...string) Option { return option(emulator.WithoutScope(points...)) }

// WithContactScope limits what the app may see to these departments, with all departments below them, and these people.
// No other department or person may be read or written. Without the option the app may see everything. Departments and
// people may be added later.
func WithContactScope(departments []int64, users []string) Option {
	return option(emulator.WithContactScope(departments, users))
}

// WithAllowedIPs refuses calls from any other address. Calls in memory come from 127.0.0.1.
func WithAllowedIPs(ips ...string) Option { return option(emulator.WithAllowedIPs(ips...)) }

// WithoutMobileField takes the field permission for mobile numbers from the app: responses hold neither mobile nor
// state_code.
func WithoutMobileField() Option { return option(emulator.WithoutMobileField()) }

// WithoutPersonalInfo takes the field permission for mail and other personal information from the app: responses hold
// neither email, work_place, remark, extension nor extension_i18n.
func WithoutPersonalInfo() Option { return option(emulator.WithoutPersonalInfo()) }

// WithUnknownUserCode sets the code for a userid that does not exist: 60121, the default and seen live, or 33012, the
// documented one.
func WithUnknownUserCode(code int) Option { return option(emulator.WithUnknownUserCode(code)) }

// WithoutHolderUserID omits the holder's userid from the refusal of a taken mobile number.
func WithoutHolderUserID() Option { return option(emulator.WithoutHolderUserID()) }

// WithoutSmartHR makes the server an organization that has not opened the Smart HR app.
func WithoutSmartHR() Option { return option(emulator.WithoutSmartHR()) }

// WithoutExternalContacts makes the server an organization that has not enabled external contacts.
func WithoutExternalContacts() Option { return option(emulator.WithoutExternalContacts()) }

// WithCustomFields names the custom fields that exist. An extension with another key is refused. Without the option every
// key is accepted.
func WithCustomFields(names ...string) Option { return option(emulator.WithCustomFields(names...)) }

// WithSampleOrg fills the organization with invented departments below the root and invented people. The same arguments
// give the same organization, byte for byte, on every run and machine. Another seed gives another one. More people do
// not change the departments.
//
// The sample is as awkward as organizations are. It has up to seven levels of departments, some of them hidden, outer,
// crowded or empty. The names of departments and people are Chinese, Latin and unusual: with HTML, emoji, letters from
// right to left, or as long as is allowed. One person in twelve is in several departments, and the boss, who is the main
// administrator, is in ten if there are that many. Some people are in the root itself, some are inactive, and some have
// only a name, a number and a department. Default orders are beyond 2^53. Roles come from groups besides the default
// one. A few dozen departments and people are enough for one of each kind, and a thousand people for a department of
// more than one page. No logins are recorded.
//
// A sample of 10 people or more also has leave records: of five people who left within 30 days before the server was made,
// one of whom has returned, and of one in 20 within a year. Their times follow the server's clock, and are the only
// part of the sample that differs from run to run.
//
// People who are added later do not collide: the mobile numbers begin with 199, apart from foreign ones, and mail
// addresses and userids are generated or numbered. The custom fields "Hobby", "T恤尺码" and "Profile" exist in addition
// to those of WithCustomFields. The IDs for WithContactScope are those of a server made without that option.
//
// At most 50,000 departments and 500,000 people are generated, and other numbers are refused: the organization is held in
// memory, where a person takes 1.5 KiB and a department 0.5 KiB.
func WithSampleOrg(departments, users int, seed uint64) Option {
	return option(emulator.WithSampleOrg(departments, users, seed))
}
