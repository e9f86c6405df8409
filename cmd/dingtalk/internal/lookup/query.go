package lookup

import (
	"bufio"
	"context"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// kind is the property that a query names.
type kind string

const (
	mobile  kind = "mobile"
	unionID kind = "unionid"
	userID  kind = "userid"
)

// query is a person to find, and the state of the search.
type query struct {
	text   string
	kind   kind
	userid string // empty until it is known
	err    error
}

var (
	mobilePattern  = regexp.MustCompile(`^(\+.*|1\d{10})$`)
	unionIDPattern = regexp.MustCompile(`^[0-9A-Za-z]{18,}iE$`)
)

// guessKind returns the kind that the text looks like. A userid has no format, so it is the default.
func guessKind(text string) kind {
	switch {
	case mobilePattern.MatchString(text):
		return mobile
	case unionIDPattern.MatchString(text):
		return unionID
	}
	return userID
}

// readQueries returns the arguments, the lines of standard input or, on an emulator, some of its people.
func readQueries(ctx context.Context, r *app.Run, target *service.Target) (texts []string, err error) {
	if len(r.Args) > 0 {
		return r.Args, nil
	}
	switch terminal := isDevice(r.Stdin); {
	case terminal && target.Emulator != nil: // its people are shown instead
	case terminal:
		r.Note("reading standard input, one per line; an end of file (Ctrl-D) ends it")
		fallthrough
	default:
		if texts, err = readLines(ctx, r.Stdin); err != nil {
			return nil, err
		}
	}
	if len(texts) > 0 || target.Emulator == nil {
		return texts, nil
	}
	r.Note("no queries, so these are some of the people of the built-in emulator")
	people := target.Emulator.Users()
	for i, u := range people[:min(6, len(people))] {
		texts = append(texts, []string{u.UserID, u.UnionID, "+" + u.StateCode + "-" + u.Mobile}[i%3])
	}
	return texts, nil
}

// readLines returns the non-empty lines, or an error as soon as ctx ends.
func readLines(ctx context.Context, in io.Reader) ([]string, error) {
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

// isDevice reports whether the input is a terminal, or a device without input such as /dev/null.
func isDevice(in io.Reader) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
