package dingtalktest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/console"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Server is one DingTalk with one organization and one app. Its methods may be called from any goroutine.
//
// Misuse, such as the name of an operation that does not exist or a person whom no organization can hold, fails the
// test of a server made with New and panics for one made with NewServer.
type Server struct {
	emulator *emulator.Server
	tb       testing.TB // nil: made with NewServer
}

// New returns a server for a test, in memory. It is closed when the test ends.
func New(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	e, err := emulator.New(emulatorOptions(opts)...)
	if err != nil {
		tb.Fatalf("dingtalktest: %v", err)
	}
	tb.Cleanup(e.Close)
	return &Server{e, tb}
}

// NewServer returns a server for a program. Close it when done.
func NewServer(opts ...Option) *Server {
	s, err := NewServerContext(context.Background(), opts...)
	if err != nil {
		panic(err)
	}
	return s
}

// NewServerContext returns the same, and an error where NewServer panics. It ends with the error of the context if that
// ends while the organization of WithSampleOrg is generated, which may take many seconds.
func NewServerContext(ctx context.Context, opts ...Option) (*Server, error) {
	e, err := emulator.NewContext(ctx, emulatorOptions(opts)...)
	if err != nil {
		return nil, fmt.Errorf("dingtalktest: %w", err)
	}
	return &Server{e, nil}, nil
}

// Format prints the name of the type alone: a server holds a secret, and tokens.
func (s Server) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "dingtalktest.Server") }

// must fails the test, or panics, on misuse.
func (s *Server) must(err error) {
	switch {
	case err == nil:
	case s.tb != nil:
		s.tb.Helper()
		s.tb.Fatalf("dingtalktest: %v", err)
	default:
		panic(fmt.Errorf("dingtalktest: %w", err))
	}
}

func (s *Server) helper() {
	if s.tb != nil {
		s.tb.Helper()
	}
}

// ClientID returns the app's identifier, which the documentation also calls appkey.
func (s *Server) ClientID() string { return s.emulator.ClientID() }

// ClientSecret returns the app's secret, which the documentation also calls appsecret.
func (s *Server) ClientSecret() string { return s.emulator.ClientSecret() }

// SSOSecret returns the secret with which the app signs in administrators who come from the admin console.
func (s *Server) SSOSecret() string { return s.emulator.SSOSecret() }

// CorpID returns the corpId of the organization.
func (s *Server) CorpID() string { return directory.CorpID }

// Transport returns the server as a RoundTripper. It opens no port, ignores the host in the URL and obeys the request's
// context.
func (s *Server) Transport() http.RoundTripper { return s.emulator.Transport() }

// ServeHTTP serves a real connection, for another HTTP server such as httptest's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.emulator.ServeHTTP(w, r) }

// Console returns the web console of WithConsole by itself, to be served by another HTTP server at /console/. Its reset
// restores what New or NewServer made; that of WithConsole keeps what was added before Listen as well.
func (s *Server) Console() http.Handler { return console.New(s.emulator, "") }

// Listen serves on a real port and returns the base URL for a client. The empty address is any free port of the loopback
// interface, and ":8080" is a port of it. Other machines can reach the server only if the address names an interface.
func (s *Server) Listen(addr string) (url string, err error) { return s.emulator.Listen(addr) }

// AddDepartment adds a department and returns its ID. Without an ID one is generated, and without a parent the department
// is a child of the root.
func (s *Server) AddDepartment(d Department) int64 {
	s.helper()
	id, err := s.emulator.AddDepartment(toDepartment(d))
	s.must(err)
	return id
}

// Department returns what is stored of a department.
func (s *Server) Department(id int64) (Department, bool) {
	d, found := s.emulator.Department(id)
	return fromDepartment(d), found
}

// Departments returns all departments, the root included, sorted by ID.
func (s *Server) Departments() []Department {
	return convertList(s.emulator.Departments(), fromDepartment)
}

// AddUser adds a person and returns the userid. Required fields that are empty are filled in: an empty User becomes a
// person in the root department. Unlike a created person, one added here may be active, an administrator or without a
// mobile number.
func (s *Server) AddUser(u User) string {
	s.helper()
	id, err := s.emulator.AddUser(toUser(u))
	s.must(err)
	return id
}

// User returns what is stored of a person.
func (s *Server) User(userid string) (User, bool) {
	u, found := s.emulator.User(userid)
	return fromUser(u), found
}

// Users returns all people, sorted by userid.
func (s *Server) Users() []User { return convertList(s.emulator.Users(), fromUser) }

// AddRoleGroup adds a role group and returns its ID. Without an ID one is generated.
func (s *Server) AddRoleGroup(g RoleGroup) int64 {
	s.helper()
	id, err := s.emulator.AddRoleGroup(directory.RoleGroup(g))
	s.must(err)
	return id
}

// AddRole adds a role, and its group if none has the name, and returns the role's ID. Without an ID one is generated, and
// without a group the role is in the default one. A role that exists remains as it is, except that a role of the default
// group takes the first ID that it is given here. The RoleList of AddUser has the same effect.
func (s *Server) AddRole(r Role) int64 {
	s.helper()
	id, err := s.emulator.AddRole(directory.Role(r))
	s.must(err)
	return id
}

// Roles returns all roles, those of the default group included, sorted by ID. The RoleList of a User holds the roles of a
// person.
func (s *Server) Roles() []Role {
	return convertList(s.emulator.Roles(), func(r directory.Role) Role { return Role(r) })
}

// RoleGroups returns all role groups, the default one included, sorted by ID.
func (s *Server) RoleGroups() []RoleGroup {
	return convertList(s.emulator.RoleGroups(), func(g directory.RoleGroup) RoleGroup { return RoleGroup(g) })
}

// Fail queues a fault for the next `times` calls of an operation, such as "CreateUser" or "GetToken". Each operation has
// a queue of its own.
func (s *Server) Fail(op string, f Fault, times int) {
	s.helper()
	s.must(s.emulator.Fail(op, f.fault, times))
}

// Call is one call as it arrived and its result. The values of tokens, secrets, passwords and login codes read
// "REDACTED".
type Call struct {
	Op     string // the operation; empty for an unknown path
	Method string
	Path   string // without the base path
	Query  url.Values
	Body   map[string]any // as sent: numbers are json.Number, values of a form are text; nil if unreadable
	Time   time.Time      // the server's
	Admin  bool           // made by an administrator: by AdminClient or in the console

	// Code is the effective code of the response: sub_code where errcode is 88, and the number that stands for a string
	// code of the new API, or its HTTP status where there is none. 0 is success, or no code.
	Code       int
	Reason     string // the string code of a refusal by the new API; empty on the legacy one
	HTTPStatus int    // 0 where no response was sent, or not yet
}

// Calls returns the calls of an operation, in order, or all calls for the empty name. Tokens, secrets, passwords
// and login codes read "REDACTED". The latest 10,000 calls are kept, or fewer if their paths, queries and
// bodies, and the responses where a console shows them, exceed 64 MiB.
func (s *Server) Calls(op string) []Call {
	s.helper()
	calls, err := s.emulator.Calls(op)
	s.must(err)
	return convertList(calls, func(c emulator.Call) Call { return Call(c) })
}

// RevokeToken ends the live token: it is refused from now on, and the next fetch returns another one.
func (s *Server) RevokeToken() { s.emulator.RevokeToken() }

// Advance moves the server's clock, and no other, forward by d.
func (s *Server) Advance(d time.Duration) { s.emulator.Advance(d) }

// Close ends calls that hang, closes the ports and refuses further calls.
func (s *Server) Close() { s.emulator.Close() }
