package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// timeOf, cpuOf, allocsOf, bytesOf and connsOf each return a figure of a cost.
func timeOf(c cost) float64   { return c.time }
func cpuOf(c cost) float64    { return c.cpu }
func allocsOf(c cost) float64 { return c.allocs }
func bytesOf(c cost) float64  { return c.bytes }
func connsOf(c cost) float64  { return c.conns }

func row(costs, reference []cost) string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %.1f |",
		ratio(costs, reference, timeOf), ratio(costs, reference, cpuOf),
		ratioAndCount(costs, reference, allocsOf), ratioAndCount(costs, reference, bytesOf),
		formatSmall(statistic(costs, connsOf).median), statistic(costs, timeOf).median/1e3)
}

// mediansOf returns the medians of a row: ratios, and the time of a call in microseconds.
func mediansOf(costs, reference []cost) []string {
	var fields []string
	for _, figure := range []func(cost) float64{timeOf, cpuOf, allocsOf, bytesOf} {
		fields = append(fields, fmt.Sprintf("%.3f", ratio(costs, reference, figure).median))
	}
	return append(fields, fmt.Sprintf("%.1f", statistic(costs, timeOf).median/1e3))
}

func writeCSV(path string, rows [][]string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(csv.NewWriter(file).WriteAll(rows), file.Close())
}

// goRelease returns the release of Go without its patch, and its experiments: "go1.26", "go1.26-jsonv2".
func goRelease() string {
	version, experiments, _ := strings.Cut(runtime.Version(), " X:")
	parts := strings.SplitN(version, ".", 3)
	release := strings.Join(parts[:min(2, len(parts))], ".")
	if experiments != "" {
		release += "-" + experiments
	}
	return release
}

func (s quartiles) String() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", s.median, s.low, s.high) }

// ratioAndCount returns a ratio and the absolute number.
func ratioAndCount(costs, reference []cost, figure func(cost) float64) string {
	return fmt.Sprintf("%.2f (%.0f)", ratio(costs, reference, figure).median, statistic(costs, figure).median)
}

func formatSmall(n float64) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3f", n)
}

// machine describes the date, the Go version with its experiments, and the processor.
func machine() string {
	return fmt.Sprintf("%s, %s %s/%s, %d × %s",
		time.Now().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), processor())
}

// processor returns the model name, if the system reports it.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unknown processor"
}
