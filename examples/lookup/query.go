package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

// kind is by what somebody is looked up.
type kind string

const (
	mobile  kind = "mobile"
	unionID kind = "unionid"
	userID  kind = "userid"
)

// query is one question, and what is known of the answer.
type query struct {
	text   string
	kind   kind
	userid string // once it is known
	err    error
}

var (
	likeMobile  = regexp.MustCompile(`^(\+.*|1\d{10})$`)
	likeUnionID = regexp.MustCompile(`^[0-9A-Za-z]{18,}iE$`)
)

// guess tells a kind by its looks. Userids can be anything, so that they are what is left.
func guess(text string) kind {
	switch {
	case likeMobile.MatchString(text):
		return mobile
	case likeUnionID.MatchString(text):
		return unionID
	}
	return userID
}

// asked is what to look up: the arguments, standard input or, on an emulator, some of its people.
func asked(ctx context.Context, args []string, in io.Reader, errOut io.Writer, place *demo.Target) (texts []string, err error) {
	if len(args) > 0 {
		return args, nil
	}
	switch typed := isDevice(in); {
	case typed && place.Emulator != nil: // there are people to show
	case typed:
		_, _ = fmt.Fprintln(errOut, "lookup: reading standard input, one a line; an end of file (Ctrl-D) ends it")
		fallthrough
	default:
		if texts, err = read(ctx, in); err != nil {
			return nil, err
		}
	}
	if len(texts) > 0 || place.Emulator == nil {
		return texts, nil
	}
	_, _ = fmt.Fprintln(errOut, "lookup: nothing was asked for, so these are some of the people whom the built-in emulator has")
	people := place.Emulator.Users()
	for i, u := range people[:min(6, len(people))] {
		texts = append(texts, []string{u.UserID, u.UnionID, "+" + u.StateCode + "-" + u.Mobile}[i%3])
	}
	return texts, nil
}

// read reads lines, and does not wait for one after an interruption.
func read(ctx context.Context, in io.Reader) ([]string, error) {
	type result struct {
		texts []string
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var texts []string
		lines := bufio.NewScanner(in)
		for lines.Scan() {
			if text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff")); text != "" {
				texts = append(texts, text)
			}
		}
		done <- result{texts, lines.Err()}
	}()
	select {
	case r := <-done:
		return r.texts, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// isDevice says whether somebody has to type first, or there is nothing to read at all (/dev/null).
func isDevice(in io.Reader) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
