// Package version prints the version of the program.
package version

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// Command returns the command.
func Command() app.Command {
	return app.Command{
		Name: "version", Short: "print the version, for a bug report",
		Text:    "Prints the versions of the program, of the library in it and of Go, and the platform.",
		Formats: output.All(), Run: run,
	}
}

// info is what there is to know about the program.
type info struct {
	Version  string `json:"version"`
	Library  string `json:"library"` // of github.com/dingtalk-contacts/dingtalk-go
	Revision string `json:"revision,omitzero"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

const unknown = "(unknown)"

// read reads what the build has recorded.
func read() info {
	i := info{Version: unknown, Library: unknown, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return i
	}
	i.Version = build.Main.Version
	for _, m := range build.Deps {
		if m.Path == "github.com/dingtalk-contacts/dingtalk-go" {
			i.Library = m.Version
			if m.Replace != nil {
				i.Library = "(local)"
			}
		}
	}
	for _, s := range build.Settings {
		if s.Key == "vcs.revision" {
			i.Revision = s.Value
		}
	}
	return i
}

// Text returns the version alone.
func Text() string { return read().Version }

func run(_ context.Context, r *app.Run) int {
	i := read()
	out := output.NewPrinter(r.Stdout, r.Format, []string{"version", "library", "revision", "go", "platform"})
	err := out.Print(i, i.Version, i.Library, i.Revision, i.Go, i.Platform)
	if r.Format == output.Table {
		_, err = fmt.Fprintf(r.Stdout, "dingtalk %s, dingtalk-go %s, %s, %s\n", i.Version, i.Library, i.Go, i.Platform)
	} else if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return r.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}
