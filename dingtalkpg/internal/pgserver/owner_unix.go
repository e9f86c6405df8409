//go:build unix

package pgserver

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// owner returns the user and the group that own the data, or false to keep those of this process.
func owner() (uid, gid int, differs bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return 65534, 65534, true // an account without rights
	}
	uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		return 65534, 65534, true
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err == nil
}

// giveToOwner gives files to the owner of the data.
func giveToOwner(paths ...string) error {
	uid, gid, differs := owner()
	if !differs {
		return nil
	}
	for _, path := range paths {
		if err := os.Chown(path, uid, gid); err != nil {
			return err
		}
	}
	return nil
}

// runAsOwner lets a command run as the owner of the data.
func runAsOwner(cmd *exec.Cmd) {
	if uid, gid, differs := owner(); differs {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
}
