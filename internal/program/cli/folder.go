package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// CheckFolder returns an error that names the folder of a file, if there is no such folder. The error of opening the
// file would name the file, or one beside it that the user has never heard of.
func CheckFolder(file string) error {
	folder := filepath.Dir(file)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder %s does not exist: create it, or choose another one for %s", folder, filepath.Base(file))
	}
	return nil
}
