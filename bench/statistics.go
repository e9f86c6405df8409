package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
)

// blockSet is a set of blocks that are measured side by side.
type blockSet struct {
	names  []string
	blocks []block // the first is the reference
	server *server
}

// measureRounds measures each block once per round, in random order, and returns the costs by block and round. Changes
// of the machine over time thus affect all blocks of a round alike.
func (c blockSet) measureRounds(ctx context.Context, n int) ([][]cost, error) {
	costs := make([][]cost, len(c.blocks))
	for range n {
		for _, i := range rand.Perm(len(c.blocks)) {
			spent, err := c.blocks[i].measure(ctx, c.server)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.names[i], err)
			}
			costs[i] = append(costs[i], spent)
		}
	}
	return costs, nil
}

// quartiles holds the median of some figures and the quartiles around it.
type quartiles struct{ low, median, high float64 }

func quartilesOf(figures []float64) quartiles {
	sorted := slices.Sorted(slices.Values(figures))
	return quartiles{quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)}
}

// quantile returns a quantile, interpolated between the two nearest figures.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// statistic returns the quartiles of one figure of the costs.
func statistic(costs []cost, figure func(cost) float64) quartiles {
	figures := make([]float64, len(costs))
	for i, c := range costs {
		figures[i] = figure(c)
	}
	return quartilesOf(figures)
}

// ratio returns the quartiles of the ratios of one figure to that of the reference in the same round.
func ratio(costs, reference []cost, figure func(cost) float64) quartiles {
	ratios := make([]float64, len(costs))
	for i := range costs {
		ratios[i] = figure(costs[i]) / figure(reference[i])
	}
	return quartilesOf(ratios)
}
