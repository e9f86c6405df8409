package app

import (
	"cmp"
	"fmt"
	"time"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// The flags that commands share.
const (
	flagClientID     = "client-id"
	flagClientSecret = "client-secret"
	flagBaseURL      = "base-url"
	flagCredentials  = "credentials"
)

const environment = `The app is named by DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET, and the service's address by DINGTALK_BASE_URL: in the
environment, or in a file of such lines that only its owner may read, which -credentials names and which then replaces
the environment. A flag goes before both.`

// settings holds the values of the flags that commands share.
type settings struct {
	id, secret, baseURL, file string
	output                    string
	quiet, verbose            bool
	timeout                   time.Duration
	service                   service.Flags
}

// flags returns the shared flags that a command has.
func (s *settings) flags(c Command) []urfave.Flag {
	var flags []urfave.Flag
	if c.Needs != Nothing {
		flags = append(flags,
			&urfave.BoolFlag{Name: "emulator", Destination: &s.service.Emulator, Usage: "run on the built-in emulator, with invented people; no credentials are used"},
			&urfave.StringFlag{Name: flagCredentials, Destination: &s.file, Usage: "read the credentials from `FILE`"},
			&urfave.StringFlag{Name: flagClientID, Destination: &s.id, HideDefault: true, Usage: "client `ID` of the app, from the developer console"},
			&urfave.StringFlag{Name: flagClientSecret, Destination: &s.secret, HideDefault: true,
				Usage: "client `SECRET` of the app; other users of this machine can see a flag, but not a file or a variable"},
			&urfave.StringFlag{Name: flagBaseURL, Destination: &s.baseURL, HideDefault: true,
				Usage: "`ADDRESS` of the service, by default " + dingtalk.BaseURLInternational + "; an app of mainland China needs " + dingtalk.BaseURLChina},
			&urfave.DurationFlag{Name: "timeout", Destination: &s.timeout, HideDefault: true, Usage: "end after this `TIME`, such as 90s or 10m"},
			&urfave.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Destination: &s.verbose, Usage: "log each attempt, and the progress also where there is no terminal"},
			&urfave.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &s.quiet, Usage: "print the result and errors only"},
		)
	}
	if c.Needs == Writes {
		flags = append(flags, &urfave.BoolFlag{Name: "yes", Destination: &s.service.Yes, Usage: "write to the organization without asking"})
	}
	if len(c.Formats) > 0 {
		flags = append(flags, &urfave.StringFlag{Name: "output", Aliases: []string{"o"}, Destination: &s.output, HideDefault: true,
			Usage: fmt.Sprintf("`FORMAT` of the result: %s; %s by default", output.List(c.Formats), c.Formats[0])})
	}
	return flags
}

// newRun returns a run of a command with the settings.
func (s *settings) newRun(c Command, p process, args []string) (*Run, error) {
	r := &Run{Process: p, Command: c.Name, Quiet: s.quiet, Verbose: s.verbose, service: s.service, timeout: s.timeout}
	r.Args = args
	switch {
	case s.quiet && s.verbose:
		return nil, usageError("-quiet and -verbose exclude each other")
	case s.timeout < 0:
		return nil, usageError("-timeout %v: it must be 0 or more", s.timeout)
	}
	if len(c.Formats) > 0 {
		format, err := output.Parse(cmp.Or(s.output, string(c.Formats[0])), c.Formats)
		if err != nil {
			return nil, usageError("-output %w", err)
		}
		r.Format, r.FormatGiven = format, s.output != ""
	}
	getenv := p.Getenv
	if s.file != "" {
		file, err := readCredentials(s.file)
		if err != nil {
			return nil, fmt.Errorf("-%s: %w", flagCredentials, err)
		}
		if reason := exposed(s.file); reason != "" {
			r.Log("warning: %s", reason)
		}
		getenv = func(name string) string {
			if isCredential(name) {
				return file[name]
			}
			return p.Getenv(name)
		}
	}
	flags := map[string]string{service.EnvClientID: s.id, service.EnvClientSecret: s.secret, service.EnvBaseURL: s.baseURL}
	r.Getenv = func(name string) string { return cmp.Or(flags[name], getenv(name)) }
	r.service.Quiet, r.service.Verbose = s.quiet, s.verbose
	return r, nil
}
