// Notify sends a work notification, by a call that the client has no method for.
package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Notify sends a text to people, as a work notification in the name of the app:

  notify -agent 2839445214 -to zhao.min,li.na "Please submit your report."

It shows how to make a call that the client has no method for. On a service it asks before it sends.`

func main() { cli.Main("notify", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.WriteFlags(flags)
	agent := flags.Int64("agent", 0, "the app's `AgentID`, which the developer console shows; any number on the emulator")
	to := flags.String("to", "", "the `userids` of the receivers, at most 100, with commas between them")
	if code, done := p.Parse(flags, cli.Help{Args: "[text ...]", Text: help, Env: service.Env}); done {
		return code
	}
	text := strings.Join(flags.Args(), " ")
	if choice.Emulator && *agent == 0 && *to == "" && text == "" {
		*agent, *to, text = 1, "zhao.min", "Please submit your report."
	}
	target, err := choice.Open(ctx, p, service.Options{})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if err = target.CheckConfirm(p); err == nil && (*agent == 0 || *to == "" || text == "") {
		err = errors.New("set -agent and -to, and add a text")
	}
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	if !target.Confirm(ctx, p, "send a message to "+*to) {
		return cli.Failed
	}
	task, err := notify(ctx, target.Client, *agent, strings.Split(*to, ","), text)
	if err != nil {
		if what := advice.For(err); what != "" {
			p.Log("what to do: %s", what)
		}
		return p.Fail(cli.Failed, "%v", err)
	}
	_, _ = fmt.Fprintf(p.Stdout, "the service has taken the message, as task %d\n", task)
	return cli.OK
}

// workNotification is the operation, as its page describes it:
// https://open.dingtalk.com/document/development/asynchronous-sending-of-enterprise-session-messages
var workNotification = dingtalk.Operation{
	Name:     "SendWorkNotification",
	Path:     "/topapi/message/corpconversation/asyncsend_v2",
	Write:    true,
	Repeat:   true, // a person receives the same content once a day, however often it is sent
	TopLevel: true, // task_id is beside errcode
	Required: []string{"task_id"},
}

// notify sends a text to users, and returns the ID of the task that delivers it.
func notify(ctx context.Context, client *dingtalk.Client, agentID int64, userIDs []string, text string) (int64, error) {
	type content struct {
		Content string `json:"content"`
	}
	type message struct {
		MsgType string  `json:"msgtype"`
		Text    content `json:"text"`
	}
	req := struct {
		AgentID    int64              `json:"agent_id"`
		UserIDList dingtalk.CommaList `json:"userid_list"`
		Msg        message            `json:"msg"`
	}{agentID, userIDs, message{"text", content{text}}}
	var res struct {
		TaskID int64 `json:"task_id"`
	}
	err := client.Do(ctx, workNotification, req, &res)
	return res.TaskID, err
}
