package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuartilesAreInterpolated(t *testing.T) {
	t.Parallel()
	assert.Equal(t, spread{2, 3, 4}, spreadOf([]float64{5, 1, 3, 2, 4}))
	assert.Equal(t, spread{1.75, 2.5, 3.25}, spreadOf([]float64{4, 3, 2, 1}))
	assert.Equal(t, spread{7, 7, 7}, spreadOf([]float64{7}))
}

func TestARatioIsToTheReferenceOfTheSameRound(t *testing.T) {
	t.Parallel()
	reference := []cost{{time: 10}, {time: 100}, {time: 1000}}
	costs := []cost{{time: 20}, {time: 300}, {time: 4000}}
	assert.Equal(t, spread{2.5, 3, 3.5}, ratio(costs, reference, timeOf))
}

func TestAContestMeasuresEachBlockInEachRound(t *testing.T) {
	t.Parallel()
	made := make([]int, 2)
	c := contest{names: []string{"a", "b"}}
	for i := range made {
		c.blocks = append(c.blocks, block{func(context.Context) (any, error) { made[i]++; return nil, nil }, 1, 10})
	}
	costs, err := c.rounds(t.Context(), 3)
	require.NoError(t, err)
	assert.Equal(t, []int{33, 33}, made, "with one call each to warm up")
	assert.Len(t, costs, 2)
	assert.Len(t, costs[0], 3)
}

func TestATableHasALineForEachClientAndSize(t *testing.T) {
	t.Parallel()
	m := match{getUser, inMemory, []size{{1, 2}, {2, 4}}} // over sockets darabonba has a data race
	table, err := m.play(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, 2*len(clients), strings.Count(table, "`")/2)
	assert.Contains(t, table, "| 2 | `sdk` | ")
	assert.Contains(t, table, "| 1 | `"+reference+"` | 1.00 (1.00–1.00) | 1.00 (1.00–1.00) | 1.00 (")
}

func TestTheSoakHasALineForEachStepAndSample(t *testing.T) {
	t.Parallel()
	tables, err := load{inMemory, 256, 650}.soak(t.Context(), 1)
	require.NoError(t, err)
	for _, g := range steps {
		assert.Contains(t, tables, fmt.Sprintf("\n| %d | ", g))
	}
	for i := range samples {
		assert.Contains(t, tables, fmt.Sprintf("\n| %d | ", (i+1)*65))
	}
}
