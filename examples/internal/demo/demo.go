// Package demo chooses the service that an example calls: DingTalk if the environment holds an app's credentials, and
// an emulator in the example's own process otherwise.
package demo

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The environment variables of the examples.
const (
	envClientID     = "DINGTALK_CLIENT_ID"
	envClientSecret = "DINGTALK_CLIENT_SECRET"
	envBaseURL      = "DINGTALK_BASE_URL"
	envMobile       = "DINGTALK_MOBILE"
)

// Target is the service that an example calls.
type Target struct {
	Client   *dingtalk.Client
	Emulator *dingtalktest.Server // nil if the target is an external service
	Name     string               // "the built-in emulator" or the address of the service

	mobile  string
	connect func(baseURL string, opts ...dingtalk.Option) (*dingtalk.Client, error)
}

// Open chooses the target by the environment, which getenv reads. The options are for the emulator. The caller closes
// the target.
func Open(getenv func(string) string, emulator ...dingtalktest.Option) (*Target, error) {
	id, secret, baseURL := getenv(envClientID), getenv(envClientSecret), getenv(envBaseURL)
	target := &Target{mobile: getenv(envMobile)}
	switch {
	case id == "" && secret == "" && baseURL == "":
		target.Emulator = dingtalktest.NewServer(emulator...)
		target.Client = target.Emulator.Client()
		target.Name = "the built-in emulator"
		return target, nil
	case id == "" && secret == "":
		return nil, missing(envBaseURL, envClientID+" and "+envClientSecret)
	case id == "":
		return nil, missing(envClientSecret, envClientID)
	case secret == "":
		return nil, missing(envClientID, envClientSecret)
	}
	target.Name = cmp.Or(baseURL, dingtalk.BaseURLInternational)
	target.connect = func(baseURL string, opts ...dingtalk.Option) (*dingtalk.Client, error) {
		return dingtalk.New(id, secret, append(opts, dingtalk.WithBaseURL(baseURL))...)
	}
	client, err := target.connect(target.Name)
	if err != nil {
		return nil, fmt.Errorf("%w: correct %s, %s or %s, which is an address such as %s",
			err, envClientID, envClientSecret, envBaseURL, dingtalk.BaseURLChina)
	}
	target.Client = client
	return target, nil
}

func missing(present, absent string) error {
	return fmt.Errorf("%s is set, but not %s: set client ID, client secret and, if necessary, the base URL, "+
		"or unset all of them to run on the built-in emulator", present, absent)
}

// With returns another client of the target, with additional options.
func (t *Target) With(opts ...dingtalk.Option) (*dingtalk.Client, error) {
	if t.Emulator != nil {
		return t.Emulator.Client(opts...), nil
	}
	return t.connect(t.Name, opts...)
}

// WithBaseURL returns a client for the same app with the same transport, but another host. The built-in emulator has no
// other host.
func (t *Target) WithBaseURL(baseURL string) (*dingtalk.Client, error) {
	if t.connect == nil {
		return nil, errors.New(t.Name + " has no other host")
	}
	return t.connect(baseURL, dingtalk.WithHTTPClient(t.Client.HTTPClient()))
}

// Close stops the emulator, if there is one.
func (t *Target) Close() {
	if t.Emulator != nil {
		t.Emulator.Close()
	}
}

// NewUser returns a userid and a mobile number for a user that the example creates. On the emulator both are invented.
// DingTalk may send messages to the number, so on a service the number must be given, by the caller or in the
// environment, and the userid is random.
func (t *Target) NewUser(mobile string) (userid, number string, err error) {
	number = cmp.Or(mobile, t.mobile)
	switch {
	case t.Emulator != nil:
		return "zhao.min", cmp.Or(number, "13800001234"), nil
	case number == "":
		return "", "", errors.New("on " + t.Name + " this adds a user for a moment, whom DingTalk may notify: " +
			"set " + envMobile + " to a mobile number of yours that is not used in the organization, " +
			"such as +86-13800001234")
	}
	return "example-" + strings.ToLower(rand.Text()), number, nil
}

// The organization that Seed creates.
const (
	Engineering int64 = 724960197
	Sales       int64 = 724960198
	Owner             = "owner1001"
	Manager           = "manager7676"
)

// Seed creates an organization on an emulator: two departments, the owner, who is the main administrator, and a manager.
func Seed(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: Engineering, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: Sales, Name: "Sales"})
	srv.AddUser(dingtalktest.User{
		UserID: Owner, Name: "Chen Rui", Mobile: "13900001001", Title: "Managing Director",
		Boss: true, AdminLevel: 1, RoleList: []dingtalktest.Role{{Name: "负责人"}, {Name: "主管理员"}},
		Active: true, RealAuthed: true,
	})
	srv.AddUser(dingtalktest.User{
		UserID: Manager, Name: "Lin Yue", Mobile: "13900005678", Title: "Director of Engineering", WorkPlace: "Building 1",
		DeptIDList: []int64{Engineering}, LeaderInDept: []dingtalktest.DeptLeader{{DeptID: Engineering, Leader: true}},
		RoleList: []dingtalktest.Role{{Name: "主管"}}, Active: true, RealAuthed: true,
	})
}

// Sample returns the option of an emulator with an organization of 16 departments and 60 people, for examples that read
// all of it.
func Sample() dingtalktest.Option { return dingtalktest.WithSampleOrg(16, 60, 1) }
