package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// quoteJSON returns text as a JSON string.
func quoteJSON(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// costlyBodies returns responses of about n bytes that once took a hundred times as much memory, and seconds for each
// megabyte.
func costlyBodies(n int) map[string]string {
	many := func(unit string) string { return strings.TrimSuffix(strings.Repeat(unit+",", n/(len(unit)+1)), ",") }
	distinct := func() string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, `"%x":0,`, i)
		}
		return b.String() + `"order":"1"`
	}
	text := "[1]"
	for len(text) < n/3 {
		text = quoteJSON(text)
	}
	const oddMember = `"hide_mobile":"true",`
	bodies := map[string]string{}
	for name, members := range map[string]string{
		"brackets":                        `"x":` + strings.Repeat("[", n),
		"braces":                          `"x":` + strings.Repeat(`{"a":`, n/5),
		"lists within lists":              `"x":[` + many(strings.Repeat("[", 5000)+strings.Repeat("]", 5000)) + `]`,
		"IDs":                             `"dept_id_list":[` + many("1") + `]`,
		"IDs in quotes":                   `"dept_id_list":[` + many(`"1"`) + `]`,
		"IDs joined by commas":            `"dept_id_list":"` + many("1") + `"`,
		"IDs in a list in text":           `"dept_id_list":` + quoteJSON("["+many("1")+"]"),
		"commas":                          `"dept_id_list":"` + strings.Repeat(",", n) + `"`,
		"empty texts":                     `"tags":"` + strings.Repeat(",", n) + `"`,
		"escaped texts":                   `"tags":"` + many(`\u0001`) + `"`,
		"texts with <":                    `"tags":"` + many("<") + `"`,
		"empty objects":                   `"role_list":[` + many("{}") + `]`,
		"objects in text":                 `"role_list":` + quoteJSON("["+many(`{"id":"1"}`)+"]"),
		"nulls":                           `"role_list":[` + many("null") + `]`,
		"empty lists":                     `"role_list":[` + many("[]") + `]`,
		"lists in text in a list in text": `"role_list":[` + quoteJSON(quoteJSON("["+many(`{"id":"1"}`)+"]")) + `]`,
		"one member many times":           many(`"order":"1"`),
		"unknown members":                 distinct(),
		"escaped quotes":                  `"extension":"` + strings.Repeat(`\"`, n/2) + `"`,
		"a number of quotes":              `"order":"` + strings.Repeat(`\"`, n/2) + `"`,
		"digits":                          `"order":"` + strings.Repeat("1", n) + `"`,
		"white space":                     `"order":` + strings.Repeat(" ", n) + `"1"`,
		"text in text in text":            `"dept_id_list":` + text,
		"values that cannot be":           `"role_list":[` + many(`{"is_main":"yes"}`) + `]`,
	} {
		bodies[name] = `{"errcode":0,"result":{"userid":"u",` + oddMember + members + `}}`
	}
	bodies["documented empty objects"] = `{"errcode":0,"result":{"userid":"u","role_list":[` + many("{}") + `]}}`
	bodies["members of the envelope"] = `{"sub_code":1,` + distinct() + `,"errcode":0}`
	bodies["a long message"] = `{"sub_code":1,"errmsg":"` + strings.Repeat("x", n) + `","errcode":1}`
	bodies["many messages"] = `{"errcode":1,` + many(`"errmsg":{}`) + `}`
	bodies["many codes"] = `{` + many(`"errcode":"1"`) + `}`
	bodies["many permission points"] = `{"errcode":60011,"errmsg":"requiredScopes=[` + many("a") + `]"}`
	return bodies
}

// countingContext is a context that counts the checks of whether it has ended, and ends at check number endsAt.
type countingContext struct {
	context.Context
	checks, endsAt int
}

func (c *countingContext) Err() error {
	if c.checks++; c.endsAt > 0 && c.checks >= c.endsAt {
		return context.Canceled
	}
	return nil
}

// decodeAllocating decodes a body, and returns how many bytes that allocated.
func decodeAllocating(ctx context.Context, body string) (allocated uint64, f *Failure) {
	data := []byte(body)
	var before, after runtime.MemStats
	var into *person
	runtime.ReadMemStats(&before)
	_, f = decode(ctx, httpResponse(http.StatusOK, ""), data, wantUnderResult(&into))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, f
}

func TestDecode_UsesLinearMemoryAndTime(t *testing.T) { //nolint:paralleltest // it counts allocations
	if testing.Short() {
		t.Skip("skipped with -short: decodes 512 KiB in every form that costs much")
	}
	const small, large = 128 << 10, 512 << 10
	larger := costlyBodies(large)
	for name, body := range costlyBodies(small) {
		few, many := &countingContext{Context: t.Context()}, &countingContext{Context: t.Context()}
		_, f := decodeAllocating(few, body)
		allocated, _ := decodeAllocating(many, larger[name])
		assert.Less(t, allocated, uint64(120*large), "%s: total allocations", name)
		// The context is checked at fixed intervals, so that the number of checks measures the work.
		assert.LessOrEqual(t, few.checks, 20*small/checkInterval, "%s: each byte is passed over a few times", name)
		assert.LessOrEqual(t, many.checks, 5*few.checks+20, "%s: four times the text is four times the work", name)
		if f != nil {
			assert.NotEqual(t, Lost, f.Kind, name)
		}
	}
}

func TestDecode_RejectsMoreEntriesThanFit(t *testing.T) { //nolint:paralleltest // it counts allocations
	if testing.Short() {
		t.Skip("skipped with -short: decodes millions of entries")
	}
	for name, list := range map[string]string{
		"objects": `"role_list":[{}` + strings.Repeat(",{}", maxEntryBytes/int(unsafe.Sizeof(role{}))) + `]`,
		"texts":   `"tags":"` + strings.Repeat(",", maxEntryBytes/int(unsafe.Sizeof(""))) + `"`,
	} {
		allocated, f := decodeAllocating(t.Context(), `{"errcode":0,"result":{"userid":"u",`+list+`}}`)
		require.NotNil(t, f, name)
		assert.Equal(t, WrongHost, f.Kind, name)
		assert.EqualError(t, f, "the entries of the response's lists exceed 32 MiB", name)
		assert.Less(t, allocated, uint64(4*maxEntryBytes), name)

		resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(`{"result":{`+list+`},"errcode":60121}`), Want{})
		require.Nil(t, f, name)
		assert.Equal(t, 60121, resp.Code, name)
	}
}

func TestDecode_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: decodes 128 KiB four times in every form that costs much")
	}
	for name, body := range costlyBodies(128 << 10) {
		full := &countingContext{Context: t.Context()}
		var into *person
		_, _ = decode(full, httpResponse(http.StatusOK, ""), []byte(body), wantUnderResult(&into))
		for _, endsAt := range []int{1, 2, full.checks / 2, full.checks} {
			if endsAt < 1 || endsAt > full.checks {
				continue // too short to check the context
			}
			ctx := &countingContext{Context: t.Context(), endsAt: endsAt}
			resp, f := decode(ctx, httpResponse(http.StatusOK, ""), []byte(body), wantUnderResult(&into))
			if assert.NotNil(t, f, "%s, ended at %d of %d", name, endsAt, full.checks) {
				assert.Equal(t, Lost, f.Kind, name)
				assert.ErrorIs(t, f, context.Canceled, name)
				assert.Zero(t, resp)
			}
			assert.LessOrEqual(t, ctx.checks, endsAt+5, "%s: it continues after the end", name)
		}
	}
}

func TestDo_ReportsAResponseThatIsDecodedTooLateAsLost(t *testing.T) {
	t.Parallel()
	body := costlyBodies(1 << 20)["IDs in quotes"]
	for _, req := range []Request{readRequest("/x"), writeRequest("/x")} {
		ctx, cancel := context.WithCancel(t.Context())
		c := newTestClient(transportFunc(func(*http.Request) (*http.Response, error) {
			resp := httpResponse(http.StatusOK, body)
			resp.Body = cancelingBody{resp.Body.Read, cancel}
			return resp, nil
		}))
		var into *person
		_, err := c.Do(ctx, req, wantUnderResult(&into))
		var f *Failure
		require.ErrorAs(t, err, &f)
		assert.Equal(t, Lost, f.Kind, "the outcome of a write is not known")
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// cancelingBody cancels a context when it was read to its end.
type cancelingBody struct {
	read   func([]byte) (int, error)
	cancel func()
}

func (b cancelingBody) Read(p []byte) (int, error) {
	n, err := b.read(p)
	if err != nil {
		b.cancel()
	}
	return n, err
}

func (cancelingBody) Close() error { return nil }

func TestDo_TruncatesLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("赵", 1<<20)
	scopes := strings.TrimSuffix(strings.Repeat("qyapi_x,", 500), ",")
	for name, body := range map[string]string{
		"errmsg":     `{"errcode":60121,"errmsg":"` + long + `","request_id":"` + long + `","userid":"` + long + `"}`,
		"sub_msg":    `{"errcode":88,"sub_code":"60121","sub_msg":"` + long + `","request_id":"` + long + `"}`,
		"scopes":     `{"errcode":60011,"errmsg":"{requiredScopes=[` + scopes + `]}"}`,
		"long scope": `{"errcode":60011,"errmsg":"{requiredScopes=[` + long[:3000] + `]}"}`,
		"success":    `{"errcode":0,"errmsg":"` + long + `","request_id":"` + long + `","result":{"userid":"u"}}`,
		"v1": `{"code":"` + long + `","message":"` + long + `","requestid":"` + long + `","accessdenieddetail":{"requiredScopes":["` +
			long + `",` + quoteJSON(scopes) + strings.Repeat(`,"x"`, 500) + `]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name != "errmsg" {
				t.Skip("skipped with -short: decodes texts of a megabyte; one of six is tested")
			}
			var resp Response
			var err error
			if name == "v1" {
				var into *grant
				req := readRequest("/x")
				req.API = contract.New
				resp, err = newTestClient(fixedResponse(http.StatusForbidden, body)).Do(t.Context(), req, wantV1(&into))
			} else {
				var into *person
				resp, err = newTestClient(fixedResponse(http.StatusOK, body)).Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
			}
			require.NoError(t, err)
			assert.LessOrEqual(t, len(resp.Message), maxMessage+len("…"))
			assert.LessOrEqual(t, len(resp.RequiredScopes), maxScopes)
			for _, text := range append(resp.RequiredScopes, resp.Message, resp.RequestID, resp.StringCode) {
				assert.True(t, utf8.ValidString(text), "no character is split")
				assert.True(t, len(text) <= maxName+len("…") || text == resp.Message)
			}
			assert.Empty(t, resp.HolderUserID)
		})
	}
}

func TestDo_RedactsBeforeItTruncates(t *testing.T) {
	t.Parallel()
	for shift := range len(testToken) + 2 {
		body := `{"errcode":60121,"errmsg":"` + strings.Repeat("x", maxMessage-shift) + testToken + strings.Repeat("x", 99) + `"}`
		resp, err := newTestClient(fixedResponse(http.StatusOK, body)).Do(t.Context(), readRequest("/x"), Want{})
		require.NoError(t, err)
		assert.Regexp(t, `^x+[REDACTED]*x*…$`, resp.Message)
	}
}
