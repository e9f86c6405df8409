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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inText writes text as a JSON string.
func inText(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// amplifiers returns responses of some n bytes that once took a hundred times as much memory, and seconds a megabyte.
func amplifiers(n int) map[string]string {
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
		text = inText(text)
	}
	const odd = `"hide_mobile":"true",`
	bodies := map[string]string{}
	for name, members := range map[string]string{
		"brackets":                        `"x":` + strings.Repeat("[", n),
		"braces":                          `"x":` + strings.Repeat(`{"a":`, n/5),
		"lists within lists":              `"x":[` + many(strings.Repeat("[", 5000)+strings.Repeat("]", 5000)) + `]`,
		"IDs":                             `"dept_id_list":[` + many("1") + `]`,
		"IDs in quotes":                   `"dept_id_list":[` + many(`"1"`) + `]`,
		"IDs joined by commas":            `"dept_id_list":"` + many("1") + `"`,
		"IDs in a list in text":           `"dept_id_list":` + inText("["+many("1")+"]"),
		"commas":                          `"dept_id_list":"` + strings.Repeat(",", n) + `"`,
		"empty texts":                     `"tags":"` + strings.Repeat(",", n) + `"`,
		"escaped texts":                   `"tags":"` + many(`\u0001`) + `"`,
		"texts with <":                    `"tags":"` + many("<") + `"`,
		"empty objects":                   `"role_list":[` + many("{}") + `]`,
		"objects in text":                 `"role_list":` + inText("["+many(`{"id":"1"}`)+"]"),
		"nulls":                           `"role_list":[` + many("null") + `]`,
		"empty lists":                     `"role_list":[` + many("[]") + `]`,
		"lists in text in a list in text": `"role_list":[` + inText(inText("["+many(`{"id":"1"}`)+"]")) + `]`,
		"one member many times":           many(`"order":"1"`),
		"unknown members":                 distinct(),
		"escaped quotes":                  `"extension":"` + strings.Repeat(`\"`, n/2) + `"`,
		"a number of quotes":              `"order":"` + strings.Repeat(`\"`, n/2) + `"`,
		"digits":                          `"order":"` + strings.Repeat("1", n) + `"`,
		"white space":                     `"order":` + strings.Repeat(" ", n) + `"1"`,
		"text in text in text":            `"dept_id_list":` + text,
		"values that cannot be":           `"role_list":[` + many(`{"is_main":"yes"}`) + `]`,
	} {
		bodies[name] = `{"errcode":0,"result":{"userid":"u",` + odd + members + `}}`
	}
	bodies["documented empty objects"] = `{"errcode":0,"result":{"userid":"u","role_list":[` + many("{}") + `]}}`
	bodies["members of the envelope"] = `{"sub_code":1,` + distinct() + `,"errcode":0}`
	bodies["a long message"] = `{"sub_code":1,"errmsg":"` + strings.Repeat("x", n) + `","errcode":1}`
	bodies["many messages"] = `{"errcode":1,` + many(`"errmsg":{}`) + `}`
	bodies["many codes"] = `{` + many(`"errcode":"1"`) + `}`
	bodies["many permission points"] = `{"errcode":60011,"errmsg":"requiredScopes=[` + many("a") + `]"}`
	return bodies
}

// counting is a context that counts how often it is asked whether it has ended, and ends by and by.
type counting struct {
	context.Context
	asked, ends int
}

func (c *counting) Err() error {
	if c.asked++; c.ends > 0 && c.asked >= c.ends {
		return context.Canceled
	}
	return nil
}

// decodeAllocating decodes a body, and returns what that allocated.
func decodeAllocating(ctx context.Context, body string) (allocated uint64, f *Failure) {
	data := []byte(body)
	var before, after runtime.MemStats
	var into *person
	runtime.ReadMemStats(&before)
	_, f = decode(ctx, response(http.StatusOK, ""), data, underResult(&into))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, f
}

func TestDecode_AmplifiesNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	const small, large = 128 << 10, 512 << 10
	larger := amplifiers(large)
	for name, body := range amplifiers(small) {
		few, many := &counting{Context: t.Context()}, &counting{Context: t.Context()}
		_, f := decodeAllocating(few, body)
		allocated, _ := decodeAllocating(many, larger[name])
		assert.Less(t, allocated, uint64(120*large), "%s: memory, all that was ever allocated", name)
		// The context is looked at every so many bytes: how often is how much was done.
		assert.LessOrEqual(t, few.asked, 20*small/interval, "%s: each byte is passed a few times", name)
		assert.LessOrEqual(t, many.asked, 5*few.asked+20, "%s: four times the text is four times the work", name)
		if f != nil {
			assert.NotEqual(t, Lost, f.Kind, name)
		}
	}
}

func TestDecode_RefusesMoreEntriesThanFit(t *testing.T) { //nolint:paralleltest // it counts allocations
	for name, list := range map[string]string{
		"objects": `"role_list":[{}` + strings.Repeat(",{}", 1<<20) + `]`,
		"texts":   `"tags":"` + strings.Repeat(",", 3<<20) + `"`,
	} {
		allocated, f := decodeAllocating(t.Context(), `{"errcode":0,"result":{"userid":"u",`+list+`}}`)
		require.NotNil(t, f, name)
		assert.Equal(t, Foreign, f.Kind, name)
		assert.EqualError(t, f, "the entries of the response's lists exceed 32 MiB", name)
		assert.Less(t, allocated, uint64(4*maxEntries), name)

		answer, f := decode(t.Context(), response(http.StatusOK, ""), []byte(`{"result":{`+list+`},"errcode":60121}`), Want{})
		require.Nil(t, f, name)
		assert.Equal(t, 60121, answer.Code, name)
	}
}

func TestDecode_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, body := range amplifiers(128 << 10) {
		whole := &counting{Context: t.Context()}
		var into *person
		_, _ = decode(whole, response(http.StatusOK, ""), []byte(body), underResult(&into))
		for _, ends := range []int{1, 2, whole.asked / 2, whole.asked} {
			if ends < 1 || ends > whole.asked {
				continue // it was not worth a look
			}
			ctx := &counting{Context: t.Context(), ends: ends}
			answer, f := decode(ctx, response(http.StatusOK, ""), []byte(body), underResult(&into))
			if assert.NotNil(t, f, "%s, ended at %d of %d", name, ends, whole.asked) {
				assert.Equal(t, Lost, f.Kind, name)
				assert.ErrorIs(t, f, context.Canceled, name)
				assert.Zero(t, answer)
			}
			assert.LessOrEqual(t, ctx.asked, ends+5, "%s: it goes on after its end", name)
		}
	}
}

func TestDo_GivesUpAResponseThatIsDecodedTooLate(t *testing.T) {
	t.Parallel()
	for _, req := range []Request{read1("/x"), write1("/x")} {
		ctx, cancel := context.WithCancel(t.Context())
		c := over(roundTrip(func(*http.Request) (*http.Response, error) {
			resp := response(http.StatusOK, amplifiers(1 << 20)["IDs in quotes"])
			resp.Body = endingBody{resp.Body.Read, cancel}
			return resp, nil
		}))
		var into *person
		_, err := c.Do(ctx, req, underResult(&into))
		var f *Failure
		require.ErrorAs(t, err, &f)
		assert.Equal(t, Lost, f.Kind, "of a write it is not known what became")
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// endingBody ends a context when it has been read.
type endingBody struct {
	read   func([]byte) (int, error)
	cancel func()
}

func (b endingBody) Read(p []byte) (int, error) {
	n, err := b.read(p)
	if err != nil {
		b.cancel()
	}
	return n, err
}

func (endingBody) Close() error { return nil }

func TestDo_CutsLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("赵", 1<<20)
	scopes := strings.TrimSuffix(strings.Repeat("qyapi_x,", 500), ",")
	for name, body := range map[string]string{
		"errmsg":     `{"errcode":60121,"errmsg":"` + long + `","request_id":"` + long + `","userid":"` + long + `"}`,
		"sub_msg":    `{"errcode":88,"sub_code":"60121","sub_msg":"` + long + `","request_id":"` + long + `"}`,
		"scopes":     `{"errcode":60011,"errmsg":"{requiredScopes=[` + scopes + `]}"}`,
		"long scope": `{"errcode":60011,"errmsg":"{requiredScopes=[` + long[:3000] + `]}"}`,
		"success":    `{"errcode":0,"errmsg":"` + long + `","request_id":"` + long + `","result":{"userid":"u"}}`,
		"words": `{"code":"` + long + `","message":"` + long + `","requestid":"` + long + `","accessdenieddetail":{"requiredScopes":["` +
			long + `",` + inText(scopes) + strings.Repeat(`,"x"`, 500) + `]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var answer Answer
			var err error
			if name == "words" {
				var into *grant
				answer, err = over(answering(http.StatusForbidden, body)).Do(t.Context(), read1("/x"), whole(&into))
			} else {
				var into *person
				answer, err = over(answering(http.StatusOK, body)).Do(t.Context(), read1("/x"), underResult(&into))
			}
			require.NoError(t, err)
			assert.LessOrEqual(t, len(answer.Message), maxMessage+len("…"))
			assert.LessOrEqual(t, len(answer.RequiredScopes), maxScopes)
			for _, text := range append(answer.RequiredScopes, answer.Message, answer.RequestID, answer.Word) {
				assert.True(t, utf8.ValidString(text), "no character is cut in half")
				assert.True(t, len(text) <= maxName+len("…") || text == answer.Message)
			}
			assert.Empty(t, answer.HolderUserID)
		})
	}
}

func TestDo_CutsNoSecretInHalf(t *testing.T) {
	t.Parallel()
	for shift := range len(testToken) + 2 {
		body := `{"errcode":60121,"errmsg":"` + strings.Repeat("x", maxMessage-shift) + testToken + strings.Repeat("x", 99) + `"}`
		answer, err := over(answering(http.StatusOK, body)).Do(t.Context(), read1("/x"), Want{})
		require.NoError(t, err)
		assert.Regexp(t, `^x+[REDACTED]*x*…$`, answer.Message)
	}
}
