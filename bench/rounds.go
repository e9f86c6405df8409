package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
)

// contest is a number of blocks that are measured side by side.
type contest struct {
	names  []string
	blocks []block // the first is what the others are compared with
	server *server
}

// rounds measures each block once a round, in random order, and returns the costs by block and round. What changes on
// the machine as time passes meets all blocks of a round alike.
func (c contest) rounds(ctx context.Context, n int) ([][]cost, error) {
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

// spread is the median of some figures, with the quartiles around it.
type spread struct{ low, median, high float64 }

func spreadOf(figures []float64) spread {
	sorted := slices.Sorted(slices.Values(figures))
	return spread{quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)}
}

// quantile interpolates between the two figures next to it.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// of is the spread of one figure of the costs.
func of(costs []cost, figure func(cost) float64) spread {
	figures := make([]float64, len(costs))
	for i, c := range costs {
		figures[i] = figure(c)
	}
	return spreadOf(figures)
}

// ratio is the spread of one figure's ratios to that of the reference in the same round.
func ratio(costs, reference []cost, figure func(cost) float64) spread {
	ratios := make([]float64, len(costs))
	for i := range costs {
		ratios[i] = figure(costs[i]) / figure(reference[i])
	}
	return spreadOf(ratios)
}
