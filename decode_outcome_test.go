package dingtalk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDecoding_IsTheSameWithEachReleaseOfGo decodes some thousand odd bodies, and compares what a caller gets with one
// golden file, whatever the release: Go 1.27 has another decoder under encoding/json than Go 1.26. With -short, for all
// take ten seconds with the race detector, it decodes a tenth of them.
func TestDecoding_IsTheSameWithEachReleaseOfGo(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	fmt.Fprintln(&out, "# What a caller gets of odd responses: each outcome, and below it the forms that lead to it, in the place of $.")
	fmt.Fprintln(&out, "# Written by go test -run Decoding -update .")
	for _, f := range decodedFields() {
		fmt.Fprintf(&out, "\n## %q of %s: %s\n", f.name, f.of, strings.ReplaceAll(f.body, "@", ""))
		var group outcomes
		values := valueForms()
		if slices.Contains([]string{"name", "extension", "dept_id_list", "union_dept_ext"}, f.name) {
			values = append(values, brokenForms()...)
		}
		for _, v := range selected(values) {
			group.add(f.decode(t, `"`+f.name+`":`+v.text), v.label)
		}
		for _, m := range selected(memberForms(f.name)) {
			group.add(f.decode(t, m.text), m.label)
		}
		out.WriteString(group.String())
	}
	for _, e := range envelopeBodies() {
		fmt.Fprintf(&out, "\n## %s: HTTP status %d, %s\n", e.name, e.status, e.body)
		var group outcomes
		for _, f := range selected(envelopeForms()) {
			group.add(decodeOutcome(t, e.status, strings.ReplaceAll(e.body, "$", f.text), e.call), f.label)
		}
		out.WriteString(group.String())
	}
	for _, e := range []envelopeBody{{"a read", 200, "$", readUser}, {"a token of the new API", 200, "$", oauth2Token}} {
		fmt.Fprintf(&out, "\n## %s: the whole body\n", e.name)
		var group outcomes
		for _, f := range selected(slices.Concat(valueForms(), brokenForms())) {
			group.add(decodeOutcome(t, e.status, f.text, e.call), f.label)
		}
		out.WriteString(group.String())
	}
	for _, d := range damages() {
		if testing.Short() {
			break
		}
		fmt.Fprintf(&out, "\n## %s, at each byte\n", d.kind)
		var last string
		for at, body := range d.bodies {
			if got := decodeOutcome(t, http.StatusOK, body, readUser); got != last {
				fmt.Fprintf(&out, "%d: %s\n", at, got)
				last = got
			}
		}
	}
	checkDecoding(t, out.String())
}

// selected returns the forms, or a tenth of them with -short.
func selected(all []form) []form {
	if !testing.Short() {
		return all
	}
	var some []form
	for i := 0; i < len(all); i += 10 {
		some = append(some, all[i])
	}
	return some
}

// outcomes holds what leads to each outcome, in the order of the first of each.
type outcomes struct {
	order []string
	forms map[string][]string
}

func (o *outcomes) add(outcome, form string) {
	if o.forms == nil {
		o.forms = map[string][]string{}
	}
	if _, known := o.forms[outcome]; !known {
		o.order = append(o.order, outcome)
	}
	o.forms[outcome] = append(o.forms[outcome], form)
}

// String returns each outcome, and below it the forms.
func (o *outcomes) String() string {
	var b strings.Builder
	for _, outcome := range o.order {
		fmt.Fprintf(&b, "%s\n\t%s\n", outcome, strings.Join(o.forms[outcome], "\n\t"))
	}
	return b.String()
}

// checkDecoding compares text with the golden file.
func checkDecoding(t *testing.T, got string) {
	t.Helper()
	file := filepath.Join("testdata", "decoding", "outcomes.txt")
	if *update {
		require.False(t, testing.Short(), "the golden file holds all forms: leave out -short")
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run go test -run Decoding -update . and read what it wrote")
	before, now := decodingCases(string(want)), decodingCases(got)
	extra, missing := without(now, before), without(before, now)
	assert.Empty(t, extra[:min(len(extra), 5)], "the first of %d that are not in %s", len(extra), file)
	if testing.Short() {
		return
	}
	assert.Empty(t, missing[:min(len(missing), 5)], "the first of %d that are only in %s", len(missing), file)
}

// decodingCases returns the lines of the golden file, each with the outcome and the section that it belongs to.
func decodingCases(text string) []string {
	var section, outcome string
	var cases []string
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "## "):
			section = line
		case strings.HasPrefix(line, "\t"):
			cases = append(cases, section+line+"\t→ "+outcome)
		default:
			outcome = line
			cases = append(cases, section+line)
		}
	}
	return cases
}

// decode returns the outcome of a response with the member. It is the same wherever the payload is in the response, and
// whether other fields are as documented.
func (f decodedField) decode(t *testing.T, member string) string {
	t.Helper()
	body := func(other string) string {
		return strings.NewReplacer("$", member, "@", other).Replace(f.body)
	}
	got := decodeOutcome(t, http.StatusOK, body(""), f.call)
	if f.other != "" {
		assert.Equal(t, got, decodeOutcome(t, http.StatusOK, body(f.other), f.call), "%.200s beside %s", member, f.other)
	}
	if payload, ok := strings.CutPrefix(body(""), `{"errcode":0,`); ok {
		turned := "{" + strings.TrimSuffix(payload, "}") + `,"errcode":0}`
		assert.Equal(t, got, decodeOutcome(t, http.StatusOK, turned, f.call), "%.200s before errcode", member)
	}
	return got
}

// decodeOutcome makes a call whose response is body, and describes what the caller gets.
func decodeOutcome(t *testing.T, status int, body string, call func(context.Context, *Client) (any, error)) string {
	t.Helper()
	client, err := New("", "", WithTokenSource(StaticToken("t")), WithRateLimit(NoRateLimit), WithRetry(RetryPolicy{MaxAttempts: 1}),
		WithHTTPClient(&http.Client{Transport: oddServer{status, body}}))
	require.NoError(t, err)
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%q: panic: %v", body, p)
		}
	}()
	result, err := call(t.Context(), client)
	e, failed := errors.AsType[*Error](err)
	if !failed {
		require.NoError(t, err)
		return short(describeValue(reflect.ValueOf(result)))
	}
	class := "no class"
	if e.category() != nil {
		class = strings.TrimPrefix(e.category().Error(), "dingtalk: ")
	}
	text := class
	if e.unknown && !strings.Contains(class, "unknown") {
		text += ", outcome unknown"
	}
	if e.Code != 0 || e.Err == nil {
		text += fmt.Sprintf("; code %d, %+q, request %+q, holder %+q, scopes %+q", e.Code, e.Message, e.RequestID, e.HolderUserID, e.RequiredScopes)
	}
	if e.Err != nil {
		text += ": " + endTime.ReplaceAllString(oneLine(e.Err.Error()), "until …")
	}
	return short(text)
}

// oddServer is a transport that always returns the same response.
type oddServer struct {
	status int
	body   string
}

func (o oddServer) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: o.status, Body: io.NopCloser(strings.NewReader(o.body)), Request: req}, nil
}

// endTime matches the time at which a ban ends.
var endTime = regexp.MustCompile(`until \d\d:\d\d`)

// short returns text, or its beginning and its digest.
func short(text string) string {
	if len(text) <= 300 {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes, SHA-256 %.8x)", strings.ToValidUTF8(text[:60], ""), len(text), sha256.Sum256([]byte(text)))
}

// describeValue returns a value as text, structs without their zero fields.
func describeValue(v reflect.Value) string {
	if !v.IsValid() {
		return "done"
	}
	switch held := v.Interface().(type) {
	case Millis:
		return held.UTC().Format(time.RFC3339Nano)
	case time.Duration:
		return held.String()
	}
	switch v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%+q", v.String())
	case reflect.Slice:
		if v.IsNil() {
			return "nil"
		}
		var entries []string
		for i := range v.Len() {
			entries = append(entries, describeValue(v.Index(i)))
		}
		return "[" + strings.Join(entries, " ") + "]"
	case reflect.Struct:
		var fields []string
		for field, value := range v.Fields() {
			if !value.IsZero() {
				fields = append(fields, field.Name+":"+describeValue(value))
			}
		}
		return "{" + strings.Join(fields, " ") + "}"
	default:
		return fmt.Sprint(v.Interface())
	}
}
