// Command crossvet type-checks packages, tests included, as they are on another platform, and runs the analyzers of go vet on
// them. It reads the packages that they import from source and skips the bodies of their functions, which go vet would
// compile: for each platform that takes minutes of a processor, most of them for the standard library and drivers.
//
// It omits the analyzers that need facts about the imported packages, such as printf; their findings are the same
// on every platform.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	if len(os.Args) < 3 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: crossvet GOOS/GOARCH PACKAGE...")
		os.Exit(2)
	}
	found, err := run(os.Stdout, ".", os.Args[1], os.Args[2:]...)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "crossvet:", err)
	}
	if found > 0 || err != nil {
		os.Exit(1)
	}
}

// run prints what is wrong with packages on a platform, and how many packages there were, and returns the number of findings.
func run(out io.Writer, dir, platform string, patterns ...string) (found int, err error) {
	system, arch, _ := strings.Cut(platform, "/")
	roots, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule | packages.NeedTypesSizes |
			packages.NeedForTest,
		Dir: dir, Tests: true, Env: append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0"),
	}, patterns...)
	if err != nil {
		return 0, err
	}
	checked := examined(roots)
	findings := typeCheck(checked)
	if len(findings) == 0 {
		if findings, err = analyze(checked); err != nil {
			return 0, err
		}
	}
	for _, finding := range findings {
		_, _ = fmt.Fprintln(out, finding)
	}
	_, _ = fmt.Fprintf(out, "%s: %d packages, %d findings\n", platform, len(checked), len(findings))
	return len(findings), nil
}

// examined returns the packages to examine: of a package and its variant with the files of its tests only the latter, and
// no generated main package of a test.
func examined(roots []*packages.Package) []*packages.Package {
	variants := map[string]*packages.Package{}
	var paths []string
	for _, p := range roots {
		if strings.HasSuffix(p.ID, ".test") {
			continue
		}
		if variants[p.PkgPath] == nil {
			paths = append(paths, p.PkgPath)
		}
		if variants[p.PkgPath] == nil || len(p.GoFiles) > len(variants[p.PkgPath].GoFiles) {
			variants[p.PkgPath] = p
		}
	}
	var all []*packages.Package
	for _, path := range paths {
		all = append(all, variants[path])
	}
	return all
}
