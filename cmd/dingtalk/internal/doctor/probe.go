package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/survey"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/version"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// checkNew returns an error if a file cannot be created.
func checkNew(name string) error {
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("%s exists: choose another file", name)
	}
	return cli.CheckFolder(name)
}

// runProbe probes the service and writes the report.
func runProbe(ctx context.Context, r *app.Run, target *service.Target, name string) error {
	c := survey.Config{
		ClientID: r.Getenv(service.EnvClientID), ClientSecret: r.Getenv(service.EnvClientSecret), BaseURL: target.Name,
		Transport: cmp.Or(target.Client.HTTPClient().Transport, http.DefaultTransport), Version: version.Text(),
	}
	if target.Emulator != nil {
		base, err := target.Emulator.Listen("")
		if err != nil {
			return err
		}
		c.ClientID, c.ClientSecret, c.BaseURL = target.Emulator.ClientID(), target.Emulator.ClientSecret(), base
		c.Transport = http.DefaultTransport
	}
	report, err := survey.Run(ctx, c)
	if err != nil {
		return err
	}
	text, err := report.Encode()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller's own
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	r.Note("%d exchanges are described in %s, without names, numbers, IDs and secrets: look through it, and attach it to a bug report",
		len(report.Exchanges), name)
	return ctx.Err()
}
