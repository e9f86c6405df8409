package directory

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSearchIndex_IsNotKeptWithoutASearch(t *testing.T) {
	t.Parallel()
	o := New(Config{Scope: WholeOrganization()})
	_, err := o.AddUser(&User{UserID: "u"}, time.Now())
	require.NoError(t, err)
	require.NoError(t, o.DeleteUser("u", Leave{}))
	assert.Equal(t, SearchIndex{}, o.search)
	assert.False(t, o.Indexed())
}

// BenchmarkSearch searches the largest organization for what nearly all people have, what few have and what none has,
// and measures how long the server is locked for it.
func BenchmarkSearch(b *testing.B) {
	o, err := NewSample(b.Context(), Config{}, Sample{5000, 100_000, 1})
	require.NoError(b, err)
	for _, text := range []string{"1", "wang", "王", "19912", "+86-199", "absent at all"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				o.SearchIndex().Search(text, 50)
			}
		})
	}
	b.Run("first search", func(b *testing.B) {
		for b.Loop() {
			o.search = SearchIndex{}
			o.BuildIndex()
		}
	})
	b.Run("locked", func(b *testing.B) {
		for b.Loop() {
			o.SearchIndex()
		}
	})
}
