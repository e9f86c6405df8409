// Command licenses lists the licenses of the modules that the packages of a module are built with, tests excluded, and
// fails if one is not known to be permissive.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/licensecheck"
)

// permitted are the licenses, by their SPDX identifiers, under which a program of any kind may be built with a module.
var permitted = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "FTL", "ISC", "MIT"}

// chosen are the files of the licenses that we choose, by the modules that offer several.
var chosen = map[string]string{"github.com/golang/freetype": "licenses/ftl.txt"}

// covered is the share of a license file, in percent, that must be the text of known licenses.
const covered = 75

func main() {
	if err := run(".", os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// run lists the licenses for the module in a directory.
func run(dir string, out io.Writer) error {
	modules, err := dependencies(dir)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var faults []error
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		m := modules[path]
		license, err := licenseOf(m.Dir, chosen[path])
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %s: %w", m.Path, m.Version, err))
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", m.Path, m.Version, license)
	}
	return errors.Join(append(faults, table.Flush())...)
}

// module is what the go command reports of a module.
type module struct {
	Path    string  `json:"Path"`
	Version string  `json:"Version"`
	Dir     string  `json:"Dir"`
	Main    bool    `json:"Main"`
	Replace *module `json:"Replace"`
}

// dependencies returns the modules that the packages of a module import, by their paths. A module with a replacement in
// the checkout is part of the project, and is left out.
func dependencies(dir string) (map[string]*module, error) {
	cmd := exec.CommandContext(context.Background(), "go", "list", "-deps", "-json=Module", "./...")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	modules := map[string]*module{}
	for dec := json.NewDecoder(strings.NewReader(string(text))); ; {
		var pkg struct {
			Module *module `json:"Module"`
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			return modules, nil
		} else if err != nil {
			return nil, fmt.Errorf("the output of go list: %w", err)
		}
		if m := pkg.Module; m != nil && !m.Main && m.Replace == nil {
			modules[m.Path] = m
		}
	}
}

// licenseOf returns the SPDX identifiers of the licenses in a module's root directory, or of the chosen file, joined by "+".
func licenseOf(dir, choice string) (string, error) {
	files := []string{choice}
	if choice == "" {
		var err error
		if files, err = licenseFiles(dir); err != nil {
			return "?", err
		}
	}
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return "?", err
		}
		cov := licensecheck.Scan(text)
		if cov.Percent < covered {
			return "?", fmt.Errorf("only %.0f %% of %s is the text of a known license", cov.Percent, file)
		}
		for _, match := range cov.Match {
			found = append(found, match.ID)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) == 0 {
		return "?", errors.New("there is no license")
	}
	var err error
	for _, id := range found {
		if !slices.Contains(permitted, id) {
			err = errors.Join(err, fmt.Errorf("the license %s is not on the list", id))
		}
	}
	return strings.Join(found, "+"), err
}

// licenseFiles returns the names of the licenses in a directory.
func licenseFiles(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if licenseName.MatchString(entry.Name()) && !entry.IsDir() {
			files = append(files, entry.Name())
		}
	}
	return files, err
}

var licenseName = regexp.MustCompile(`(?i)^(licen[sc]e|copying)(-[a-z0-9]+)?(\.(md|txt))?$`)
