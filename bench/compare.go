package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// comparison is a table: an operation over a network, by all clients that have it.
type comparison struct {
	operation string
	network   network
	sizes     []size
}

type size struct{ goroutines, calls int }

// The numbers of calls are fixed, so that each block does the same work. They are large enough that the beginning and
// the end of a block, when not all goroutines are busy, hardly count, but small over TLS, where a client that opens a
// connection for nearly each call is slow.
var comparisons = []comparison{
	{getUser, inMemory, []size{{1, 2000}, {64, 4000}, {256, 4096}}},
	{getUser, plain, []size{{1, 1000}, {64, 4096}, {256, 10240}}},
	{getUser, compressedHTTP, []size{{1, 1000}, {64, 3000}}},
	{getUser, slow, []size{{256, 1024}}},
	{getUser, tls, []size{{1, 500}, {64, 384}, {256, 512}}},
	{getUser, http2, []size{{1, 500}, {64, 384}, {256, 512}}},
	{createUser, inMemory, []size{{1, 3000}}},
	{createUser, plain, []size{{64, 3000}}},
	{listUsers, inMemory, []size{{1, 100}}},
	{listUsers, plain, []size{{64, 256}}},
}

func (m comparison) title() string { return m.operation + ", " + m.network.title }

// compare prints all tables, or only the one with a title, and writes their medians to a file in the folder results, unless that is empty.
func compare(ctx context.Context, out io.Writer, rounds int, results, only string) error {
	medians := [][]string{{"go", "operation", "network", "goroutines", "client", "time", "CPU", "allocations", "bytes", "µs"}}
	_, err := fmt.Fprintf(out, "%s. Medians of %d rounds, and the quartiles; ratios to `%s` of the same round.\n",
		machine(), rounds, reference)
	for _, m := range comparisons {
		if err != nil {
			return err
		}
		if only != "" && only != m.title() {
			continue
		}
		table, rows, failure := m.run(ctx, rounds)
		if failure != nil {
			return fmt.Errorf("%s: %w", m.title(), failure)
		}
		medians = append(medians, rows...)
		_, err = io.WriteString(out, table)
	}
	if err != nil || results == "" {
		return err
	}
	return writeCSV(filepath.Join(results, "cost-"+goRelease()+".csv"), medians)
}

func (m comparison) run(ctx context.Context, rounds int) (table string, medians [][]string, err error) {
	target, server, err := m.network.open(ctx)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	names, calls, err := m.calls(target)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n", m.title())
	b.WriteString("| goroutines | client | time | CPU | allocations | bytes | connections per call | µs per call |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, size := range m.sizes {
		set := blockSet{names: names, server: server}
		for _, call := range calls {
			set.blocks = append(set.blocks, block{call, size.goroutines, size.calls})
		}
		costs, err := set.measureRounds(ctx, rounds)
		if err != nil {
			return "", nil, err
		}
		for i := range costs {
			fmt.Fprintf(&b, "| %d | `%s` %s\n", size.goroutines, names[i], row(costs[i], costs[0]))
			medians = append(medians, append([]string{
				goRelease(), m.operation, m.network.title, strconv.Itoa(size.goroutines), names[i],
			}, mediansOf(costs[i], costs[0])...))
		}
	}
	return b.String(), medians, nil
}

// calls returns the clients that have the operation, the reference first, and their calls.
func (m comparison) calls(s target) (names []string, calls []call, err error) {
	for _, cl := range clients {
		call, err := cl.call(s, m.operation)
		if err != nil {
			return nil, nil, err
		}
		if call != nil {
			names, calls = append(names, cl.name), append(calls, call)
		}
	}
	return names, calls, nil
}
