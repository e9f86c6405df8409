// Bench measures this module's client beside other Go clients; see README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "serve" {
		return serve(args[1:], os.Stdin, os.Stdout)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rounds := flags.Int("rounds", 11, "number of measurements of each client")
	limit := flags.Duration("limit", time.Hour, "time after which to give up")
	results := flags.String("results", "", "write the medians to a file in this `folder` as well")
	only := flags.String("only", "", "measure only the table with this `title`, such as GetUser, HTTP/1.1")
	growth := flags.Bool("soak", false, "measure how the cost of a call grows, instead of comparing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 || flags.NArg() > 0 {
		return errors.New("usage: bench [-rounds=N] [-limit=DURATION] [-results=FOLDER] [-only=TITLE] [-soak]")
	}
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	trustServers()
	if *growth {
		return soak(ctx, os.Stdout, *rounds)
	}
	return compare(ctx, os.Stdout, *rounds, *results, *only)
}
