package emulator

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJournal_NumbersCalls(t *testing.T) {
	t.Parallel()
	var j journal
	for range journalSize + 3 {
		j.add(&entry{})
	}
	assert.Nil(t, j.find(3), "forgotten")
	assert.Nil(t, j.find(journalSize+4), "yet to come")
	assert.Nil(t, j.find(math.MinInt64))
	assert.Nil(t, j.find(math.MaxInt64))
	for _, number := range []int64{4, 5, journalSize + 3} {
		require.NotNil(t, j.find(number))
		assert.Equal(t, number, j.find(number).number)
	}
}

func TestJournal_BoundsResponses(t *testing.T) {
	t.Parallel()
	var j journal
	calls := []*entry{{}, {}, {}}
	for _, e := range calls {
		j.add(e)
	}
	j.keep(calls[1], make([]byte, journalBytes))
	assert.Nil(t, calls[0].response)
	assert.Equal(t, journalBytes, j.bytes)
	assert.NotNil(t, j.find(1), "it just fits")

	j.keep(calls[2], []byte("x"))
	assert.Nil(t, j.find(2))
	assert.Equal(t, 1, j.bytes)

	j.keep(calls[1], []byte("late"))
	assert.Equal(t, 1, j.bytes, "what is forgotten is not counted")
	j.add(&entry{arrival: arrival{rawBody: make([]byte, journalBytes)}})
	assert.Equal(t, journalBytes, j.bytes)
	assert.Nil(t, j.find(3))
}
