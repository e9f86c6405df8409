package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// The figures of a cost.
func timeOf(c cost) float64   { return c.time }
func cpuOf(c cost) float64    { return c.cpu }
func allocsOf(c cost) float64 { return c.allocs }
func bytesOf(c cost) float64  { return c.bytes }
func connsOf(c cost) float64  { return c.conns }

func row(costs, reference []cost) string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %.1f |",
		ratio(costs, reference, timeOf), ratio(costs, reference, cpuOf),
		counted(costs, reference, allocsOf), counted(costs, reference, bytesOf),
		few(of(costs, connsOf).median), of(costs, timeOf).median/1e3)
}

func (s spread) String() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", s.median, s.low, s.high) }

// counted is a ratio with the number behind it.
func counted(costs, reference []cost, figure func(cost) float64) string {
	return fmt.Sprintf("%.2f (%.0f)", ratio(costs, reference, figure).median, of(costs, figure).median)
}

func few(n float64) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3f", n)
}

// machine says when, with what and on what it is measured. Experiments of Go are part of its version.
func machine() string {
	return fmt.Sprintf("%s, %s %s/%s, %d × %s",
		time.Now().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), processor())
}

// processor is the model, where the system tells it.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unknown processor"
}
