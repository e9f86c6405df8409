// Fleet measures how close a fleet comes to the limit of the service, and whether it ever exceeds it: several processes
// with one Redis call an emulator, which is a process too, as fast as the limiter permits.
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

// settings holds the settings of one run. The other processes receive them as JSON.
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

// limit is the limit of the standard edition.
const limit = 20

// warmUp is the time before the measurement: the limiter's pause on a new server, and some windows.
const warmUp = 8 * time.Second

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
			return runRole(in, out, serve)
		case "member":
			return runRole(in, out, member)
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
	printf := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	if !redisserver.Available() {
		printf("There is no redis-server in the PATH: miniredis replaces it.")
	}
	printf("Limit %d calls per second; latency %v; %v each.\n", limit, *latency, *length)
	printf("| processes | calls | of the limit | throttled | most in any second | in a second of the clock | syncs per call |")
	printf("| --- | --- | --- | --- | --- | --- | --- |")
	for field := range strings.SplitSeq(*sizes, ",") {
		size, err := strconv.Atoi(field)
		if err != nil {
			return err
		}
		r, err := measure(settings{Time: *length, Size: size, Callers: *callers, Latency: *latency, Limit: limit})
		if err != nil {
			return err
		}
		printf("%s", r.row())
	}
	return nil
}

// runRole runs a role of this program, with the settings in the first line of the input.
func runRole(in io.Reader, out io.Writer, role func(settings, *bufio.Reader, io.Writer) error) error {
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
	cmd := exec.Command(self, role) //nolint:noctx // the process ends with its input
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

// end lets the process end, and kills it after 10 s.
func (c *child) end() {
	_ = c.in.Close()
	timer := time.AfterFunc(10*time.Second, func() { _ = c.cmd.Process.Kill() })
	defer timer.Stop()
	_ = c.cmd.Wait()
}
