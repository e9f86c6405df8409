// Package service chooses the service that a program calls: DingTalk, if the environment holds the credentials of an
// app, or an emulator in the program's own process, if the user says so. It names the place before anything is done
// there, and asks before anything is written to a service.
package service

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// Flags holds the flags that choose the target.
type Flags struct {
	Emulator bool
	Yes      bool // write to a service without asking
	Quiet    bool // do not print the place
	Verbose  bool // log each attempt
}

// ReadFlags adds the flags of a program that only reads.
func ReadFlags(flags *flag.FlagSet) *Flags {
	f := &Flags{}
	flags.BoolVar(&f.Emulator, "emulator", false, "run on the built-in emulator, with invented people; no credentials are used")
	return f
}

// WriteFlags adds the flags of a program that writes.
func WriteFlags(flags *flag.FlagSet) *Flags {
	f := ReadFlags(flags)
	flags.BoolVar(&f.Yes, "yes", false, "write to the organization without asking")
	return f
}

// Options holds the options of the emulator, and those of the client of a service.
type Options struct {
	Emulator []dingtalktest.Option
	Service  []dingtalk.Option
	// EmulatorByDefault chooses the emulator where no variable of an app is set. It suits a program that shows on its
	// pages that its people are invented.
	EmulatorByDefault bool
}

// Target is the service that a program calls.
type Target struct {
	Client   *dingtalk.Client
	Emulator *dingtalktest.Server // nil if the target is an external service
	Name     string               // "the built-in emulator" or the address of the service
	App      string               // identifies the organization: the app and the address

	stop    func()
	place   string // for people: the organization, as far as it is known
	flags   Flags
	mobile  string
	connect func(baseURL string, opts ...dingtalk.Option) (*dingtalk.Client, error)
}

// Open chooses the target by the flags and the environment. The caller closes the target. A program never ends up on
// the emulator by mistake, such as in a shell or a cron job without the variables: its people are invented. See
// Options.EmulatorByDefault for the exception.
func (f *Flags) Open(ctx context.Context, p cli.Process, o Options) (*Target, error) {
	id, secret, baseURL := p.Getenv(EnvClientID), p.Getenv(EnvClientSecret), p.Getenv(EnvBaseURL)
	t := &Target{stop: func() {}, flags: *f, mobile: p.Getenv(envMobile)}
	unset := id == "" && secret == "" && baseURL == ""
	switch {
	case f.Emulator, unset && o.EmulatorByDefault:
		srv, err := dingtalktest.NewServerContext(context.WithoutCancel(ctx), o.Emulator...) // takes milliseconds
		if err != nil {
			return nil, err
		}
		t.Emulator, t.stop = srv, srv.Close
		t.Client = t.Emulator.Client(dingtalk.WithLogger(f.Logger(p)))
		t.Name = "the built-in emulator"
		t.App, t.place = t.Name, t.Name+", with invented people"
		return t, nil
	case unset:
		return nil, fmt.Errorf("no app is set: set %s and %s, or add -emulator to run on the built-in emulator, "+
			"with invented people", EnvClientID, EnvClientSecret)
	case id == "" && secret == "":
		return nil, missing(EnvBaseURL, EnvClientID+" and "+EnvClientSecret)
	case id == "":
		return nil, missing(EnvClientSecret, EnvClientID)
	case secret == "":
		return nil, missing(EnvClientID, EnvClientSecret)
	}
	t.Name = cmp.Or(baseURL, dingtalk.BaseURLInternational)
	t.App, t.place = "client ID "+id+" at "+t.Name, t.Name
	if err := checkEnvironment(id, secret, t.Name); err != nil {
		return nil, err
	}
	t.connect = func(baseURL string, opts ...dingtalk.Option) (*dingtalk.Client, error) {
		return dingtalk.New(id, secret, append(opts, dingtalk.WithBaseURL(baseURL), dingtalk.WithLogger(f.Logger(p)),
			dingtalk.WithMaxWait(time.Minute))...) // no program waits for the end of a ban
	}
	client, err := t.connect(t.Name, o.Service...)
	if err != nil {
		return nil, err
	}
	t.Client = client
	return t, nil
}

// Logger returns a logger of warnings, such as why calls wait, or also of each attempt.
func (f *Flags) Logger(p cli.Process) *slog.Logger {
	level := slog.LevelWarn
	if f.Verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: level}))
}

func missing(present, absent string) error {
	return fmt.Errorf("%s is set, but not %s: set client ID, client secret and, if necessary, the base URL, "+
		"or add -emulator to run on the built-in emulator, with invented people", present, absent)
}

// forUsers removes from an error what only those know who write programs: options and constants.
var forUsers = strings.NewReplacer("WithBaseURL: ", "", ", or add WithInsecureHTTP", "",
	"BaseURLInternational", dingtalk.BaseURLInternational, "BaseURLChina", dingtalk.BaseURLChina)

// checkEnvironment returns an error that names the variable whose value cannot be used.
func checkEnvironment(id, secret, baseURL string) error {
	const valid = "valid"
	for _, v := range []struct{ variable, id, secret, baseURL string }{
		{EnvClientID, id, valid, dingtalk.BaseURLInternational},
		{EnvClientSecret, valid, secret, dingtalk.BaseURLInternational},
		{EnvBaseURL, valid, valid, baseURL},
	} {
		_, err := dingtalk.New(v.id, v.secret, dingtalk.WithBaseURL(v.baseURL))
		if e, failed := errors.AsType[*dingtalk.Error](err); failed {
			return fmt.Errorf("%s: %s", v.variable, forUsers.Replace(e.Err.Error()))
		}
	}
	return nil
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
func (t *Target) Close() { t.stop() }

// NewUser returns a userid and a mobile number for a user that a program creates. On the emulator both are invented.
// DingTalk may send messages to the number, so on a service the number must be given, by the caller or in the
// environment, and the userid is random.
func (t *Target) NewUser(mobile string) (userid, number string, err error) {
	number = cmp.Or(mobile, t.mobile)
	switch {
	case t.Emulator != nil:
		return "zhao.min", cmp.Or(number, "13800001234"), nil
	case number == "":
		return "", "", errors.New("this adds a user to " + t.Name + " for a moment, whom DingTalk may notify: " +
			"set -mobile or " + envMobile + " to a mobile number of yours that is not used in the organization, " +
			"such as +86-13800001234")
	}
	return "example-" + strings.ToLower(rand.Text()), number, nil
}
