package main

import (
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
