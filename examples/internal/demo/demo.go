// Package demo opens the place where an example runs: DingTalk, if the environment holds an app's
// credentials, and an emulator in the example's own process otherwise.
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

// The variables that the examples read.
const (
	envClientID     = "DINGTALK_CLIENT_ID"
	envClientSecret = "DINGTALK_CLIENT_SECRET"
	envBaseURL      = "DINGTALK_BASE_URL"
	envMobile       = "DINGTALK_MOBILE"
)

// Place is where an example runs.
type Place struct {
	Client   *dingtalk.Client
	Emulator *dingtalktest.Server // nil: a service that somebody else runs
	Name     string               // for people: "the built-in emulator", or the address of the service

	mobile  string
	connect func(baseURL string, opts ...dingtalk.Option) (*dingtalk.Client, error)
}

// Open reads the environment, as os.Getenv does. The options are for the emulator. Close the place when done.
func Open(getenv func(string) string, emulator ...dingtalktest.Option) (*Place, error) {
	id, secret, baseURL := getenv(envClientID), getenv(envClientSecret), getenv(envBaseURL)
	place := &Place{mobile: getenv(envMobile)}
	switch {
	case id == "" && secret == "" && baseURL == "":
		place.Emulator = dingtalktest.NewServer(emulator...)
		place.Client = place.Emulator.Client()
		place.Name = "the built-in emulator"
		return place, nil
	case id == "" && secret == "":
		return nil, missing(envBaseURL, envClientID+" and "+envClientSecret)
	case id == "":
		return nil, missing(envClientSecret, envClientID)
	case secret == "":
		return nil, missing(envClientID, envClientSecret)
	}
	place.Name = cmp.Or(baseURL, dingtalk.BaseURLInternational)
	place.connect = func(baseURL string, opts ...dingtalk.Option) (*dingtalk.Client, error) {
		return dingtalk.New(id, secret, append(opts, dingtalk.WithBaseURL(baseURL))...)
	}
	client, err := place.connect(place.Name)
	if err != nil {
		return nil, fmt.Errorf("%w: correct %s, %s or %s, which is an address such as %s",
			err, envClientID, envClientSecret, envBaseURL, dingtalk.BaseURLChina)
	}
	place.Client = client
	return place, nil
}

func missing(present, absent string) error {
	return fmt.Errorf("%s is set, but not %s: set client ID, client secret and, if need be, the base URL, "+
		"or unset all of them to run on the built-in emulator", present, absent)
}

// With returns a client of the same place with options of its own.
func (p *Place) With(opts ...dingtalk.Option) (*dingtalk.Client, error) {
	if p.Emulator != nil {
		return p.Emulator.Client(opts...), nil
	}
	return p.connect(p.Name, opts...)
}

// At returns a client for the same app and through the same transport, but of another host. It is for services
// alone: an emulator has no other host.
func (p *Place) At(baseURL string) (*dingtalk.Client, error) {
	if p.connect == nil {
		return nil, errors.New(p.Name + " has no other host")
	}
	return p.connect(baseURL, dingtalk.WithHTTPClient(p.Client.HTTPClient()))
}

// Close ends the emulator, if there is one.
func (p *Place) Close() {
	if p.Emulator != nil {
		p.Emulator.Close()
	}
}

// Newcomer returns a userid and a mobile number for a person to create. On the emulator both are invented.
// A service would reach somebody at the number, so there it has to be named, as a flag or in the
// environment, and the userid is one that nobody has.
func (p *Place) Newcomer(mobile string) (userid, number string, err error) {
	number = cmp.Or(mobile, p.mobile)
	switch {
	case p.Emulator != nil:
		return "zhao.min", cmp.Or(number, "13800001234"), nil
	case number == "":
		return "", "", errors.New("on " + p.Name + " this adds a person for a moment, whom DingTalk may notify: " +
			"set " + envMobile + " to a mobile number of yours that nobody in the organisation has, " +
			"such as +86-13800001234")
	}
	return "example-" + strings.ToLower(rand.Text()), number, nil
}

// The organisation that Seed sets up.
const (
	Engineering int64 = 724960197
	Sales       int64 = 724960198
	Manager           = "manager7676"
)

// Seed gives an emulator an organisation of two departments and a manager.
func Seed(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: Engineering, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: Sales, Name: "Sales"})
	srv.AddUser(dingtalktest.User{
		UserID: Manager, Name: "Lin Yue", Mobile: "13900005678", Title: "Director of Engineering", WorkPlace: "Building 1",
		DeptIDList: []int64{Engineering}, LeaderInDept: []dingtalktest.DeptLeader{{DeptID: Engineering, Leader: true}},
		Active: true, RealAuthed: true,
	})
}

// Sample is the organisation for examples that read a whole one: large enough to show something, and small
// enough to be looked through.
func Sample() dingtalktest.Option { return dingtalktest.WithSampleOrg(16, 60, 1) }
