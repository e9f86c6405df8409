package crashtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// Acks are the latest counts of the writers that are known to be stored.
type Acks map[int]int

// KillAfter starts a program that runs a Load with its standard output as Acks, kills it with SIGKILL after n
// acknowledgments, and notes those. The program that ends by itself is an error, with what it wrote to standard error.
func (a Acks) KillAfter(cmd *exec.Cmd, n int) error {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	read, err := a.Read(out, func(read int) error {
		if read == n {
			return cmd.Process.Kill()
		}
		return nil
	})
	if err != nil {
		return errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	err = cmd.Wait()
	if read < n {
		return fmt.Errorf("the program ended after %d acknowledgments: %w\n%s", read, err, stderr.String())
	}
	return nil
}

// Read notes acknowledgments to the end of a stream, and calls onAck after each with their number. It returns that number.
func (a Acks) Read(r io.Reader, onAck func(read int) error) (read int, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var id, count int
		if _, err := fmt.Sscan(lines.Text(), &id, &count); err != nil {
			return read, fmt.Errorf("unexpected output %q", lines.Text())
		}
		if count <= a[id] {
			return read, fmt.Errorf("writer %d acknowledged %d after %d", id, count, a[id])
		}
		a[id] = count
		read++
		if err := onAck(read); err != nil {
			return read, err
		}
	}
	return read, lines.Err()
}
