// Fleet measures how near the limiter brings a fleet to what the service permits, and whether it ever exceeds that:
// several processes with one Redis call an emulator, which is a process too, as fast as the limiter lets them.
//
//	go run ./internal/fleet -time 60s -sizes 1,2,4,8
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis/internal/redisserver"
)

// settings of one run. They reach the other processes as JSON.
type settings struct {
	Time    time.Duration `json:"time"`    // measured
	Size    int           `json:"size"`    // processes
	Callers int           `json:"callers"` // of each
	Latency time.Duration `json:"latency"`
	Limit   int           `json:"limit"`
	Redis   string        `json:"redis"`   // address
	Service string        `json:"service"` // URL
	ID      string        `json:"id"`      // of the app
	Secret  string        `json:"secret"`
}

// limit is what the standard edition permits.
const limit = 20

// settling is what comes before the measurement: the limiter's pause on a new server, and some windows.
const settling = 8 * time.Second

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "service":
			return with(in, out, serve)
		case "member":
			return with(in, out, member)
		}
	}
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	length := flags.Duration("time", time.Minute, "how long to measure each size")
	sizes := flags.String("sizes", "1,2,4,8", "numbers of processes")
	callers := flags.Int("callers", 8, "callers in each process")
	latency := flags.Duration("latency", 30*time.Millisecond, "of the service")
	if err := flags.Parse(args); err != nil {
		return err
	}
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	if !redisserver.Available() {
		say("There is no redis-server in the PATH: miniredis stands in.")
	}
	say("%d calls a second are permitted; the service takes %v; %v each.\n", limit, *latency, *length)
	say("| processes | calls | of the ceiling | throttled | most in any second | in a second of the clock | contacts per call |")
	say("| --- | --- | --- | --- | --- | --- | --- |")
	for field := range strings.SplitSeq(*sizes, ",") {
		size, err := strconv.Atoi(field)
		if err != nil {
			return err
		}
		r, err := measure(settings{Time: *length, Size: size, Callers: *callers, Latency: *latency, Limit: limit})
		if err != nil {
			return err
		}
		say("%s", r.row())
	}
	return nil
}

// with carries out a role of this program, whose settings are the first line of the input.
func with(in io.Reader, out io.Writer, role func(settings, *bufio.Reader, io.Writer) error) error {
	r := bufio.NewReader(in)
	line, err := r.ReadBytes('\n')
	if err != nil {
		return err
	}
	var s settings
	if err := json.Unmarshal(line, &s); err != nil {
		return err
	}
	return role(s, r, out)
}

// child is a process of this program in another role.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(role string, s settings) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, role) //nolint:noctx // it ends with its input
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &child{cmd, in, bufio.NewReader(out)}, json.NewEncoder(in).Encode(s)
}

func (c *child) read(v any) error {
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("a process ended early: %w", err)
	}
	return json.Unmarshal(line, v)
}

// end lets the process end, or makes it.
func (c *child) end() {
	_ = c.in.Close()
	timer := time.AfterFunc(10*time.Second, func() { _ = c.cmd.Process.Kill() })
	defer timer.Stop()
	_ = c.cmd.Wait()
}
