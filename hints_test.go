package dingtalk

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHint_ExplainsEveryDocumentedCode(t *testing.T) {
	t.Parallel()
	// The class says as much as is known of these.
	plain := []int{999, 400001, 40000, 40035, 40038, 400002, 660000, 90007, 90008, 90009, 90010, 90011, 90012, 90013, 90014}
	for code := range classes {
		hint := (&Error{Op: "GetUser", Code: code}).hint()
		assert.Equal(t, slices.Contains(plain, code), hint == "", "%d: %q", code, hint)
		assert.Less(t, len(hint), 90, hint)
		ascii := strings.Map(func(r rune) rune { return min(max(r, ' '), '~') }, hint)
		assert.Equal(t, ascii, hint, "one line in English")
	}
	for code := range hints {
		assert.Contains(t, classes, code, "a hint for a code without a class")
	}
}

func TestHint_ExplainsEveryStringCodeThatHasAClassOfItsOwn(t *testing.T) {
	t.Parallel()
	for reason := range reasons {
		assert.NotEmpty(t, (&Error{Reason: reason}).hint(), reason)
	}
	documented := map[string]bool{}
	for _, tt := range documentedReasons {
		documented[tt.reason] = true
	}
	for reason, hint := range reasonHints {
		assert.True(t, documented[reason], "%s is in no table of the service", reason)
		assert.Less(t, len(hint), 110, hint)
		ascii := strings.Map(func(r rune) rune { return min(max(r, ' '), '~') }, hint)
		assert.Equal(t, ascii, hint, "one line in English")
	}
}

func TestHint_NamesAFewPermissionPointsInOneLine(t *testing.T) {
	t.Parallel()
	many := &Error{Code: 60011, RequiredScopes: []string{"a\n", "b", "c", "d", "e", "f"}}
	assert.Equal(t, `the app lacks the permission point a\n, b, c, d, e`, many.hint())
}

func TestHint_SaysWhatToDoAboutALoginCode(t *testing.T) {
	t.Parallel()
	for code, class := range classes {
		if class == ErrInvalidAuthCode { //nolint:errorlint // identity is meant
			assert.Contains(t, hints[code], ", request a new one", "%d", code)
		}
	}
	assert.Contains(t, reasonHints["invalidCode"], ", request a new one")
	assert.Contains(t, reasonHints["invalidParameter.authCode.notFound"], ", let the user sign in again")
	assert.Contains(t, reasonHints["accesstoken.expired"], ", refresh it")
}
