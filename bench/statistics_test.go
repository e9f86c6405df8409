package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuartiles_AreInterpolated(t *testing.T) {
	t.Parallel()
	assert.Equal(t, quartiles{2, 3, 4}, quartilesOf([]float64{5, 1, 3, 2, 4}))
	assert.Equal(t, quartiles{1.75, 2.5, 3.25}, quartilesOf([]float64{4, 3, 2, 1}))
	assert.Equal(t, quartiles{7, 7, 7}, quartilesOf([]float64{7}))
}

func TestRatio_IsToTheReferenceOfTheSameRound(t *testing.T) {
	t.Parallel()
	reference := []cost{{time: 10}, {time: 100}, {time: 1000}}
	costs := []cost{{time: 20}, {time: 300}, {time: 4000}}
	assert.Equal(t, quartiles{2.5, 3, 3.5}, ratio(costs, reference, timeOf))
}

func TestBlockSet_MeasuresEachBlockInEachRound(t *testing.T) {
	t.Parallel()
	made := make([]int, 2)
	c := blockSet{names: []string{"a", "b"}}
	for i := range made {
		c.blocks = append(c.blocks, block{func(context.Context) (any, error) { made[i]++; return nil, nil }, 1, 10})
	}
	costs, err := c.measureRounds(t.Context(), 3)
	require.NoError(t, err)
	assert.Equal(t, []int{33, 33}, made, "with a warm-up call each")
	assert.Len(t, costs, 2)
	assert.Len(t, costs[0], 3)
}

func TestComparison_HasALineForEachClientAndSize(t *testing.T) {
	t.Parallel()
	m := comparison{getUser, inMemory, []size{{1, 2}, {2, 4}}} // over sockets darabonba has a data race
	table, medians, err := m.run(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, 2*len(clients), strings.Count(table, "`")/2)
	require.Len(t, medians, 2*len(clients))
	assert.Equal(t, []string{goRelease(), getUser, "in memory", "1", reference, "1.000"}, medians[0][:6])
	assert.Contains(t, table, "| 2 | `sdk` | ")
	assert.Contains(t, table, "| 1 | `"+reference+"` | 1.00 (1.00–1.00) | 1.00 (1.00–1.00) | 1.00 (")
}

func TestSoak_HasALineForEachStepAndSample(t *testing.T) {
	t.Parallel()
	tables, err := load{inMemory, 256, 650}.soak(t.Context(), 1)
	require.NoError(t, err)
	for _, g := range goroutineCounts {
		assert.Contains(t, tables, fmt.Sprintf("\n| %d | ", g))
	}
	for i := range samples {
		assert.Contains(t, tables, fmt.Sprintf("\n| %d | ", (i+1)*65))
	}
}
