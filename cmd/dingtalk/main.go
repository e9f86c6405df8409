// Dingtalk is a command for the contacts of an organization on DingTalk: it examines an app, finds people, shows the
// departments, watches their changes, exports and imports, lists who has left, and serves the emulator.
package main

import (
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/doctor"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/emulate"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/export"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/importer"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/leavers"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/lookup"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/tree"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/version"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/watch"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// commands holds the commands, in the order of the help.
var commands = []func() app.Command{
	doctor.Command, lookup.Command, tree.Command, watch.Command, leavers.Command, export.Command, importer.Command, emulate.Command, version.Command,
}

func main() { cli.Main("dingtalk", app.Main(version.Text(), commands...)) }
