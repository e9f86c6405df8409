package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun_FindsWhatIsWrongOnOnePlatform(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module example.com/module\n\ngo 1.26\n",
		"size.go":         "package module\n\nconst Size = 1 << 20\n",
		"size_test.go":    "package module\n\nvar large = int(Size << 20)\n",
		"file_windows.go": "package module\n\nfunc file() string { return missing }\n",
		"file_darwin.go":  "package module\n\nfunc file(n int) { n = n }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for platform, want := range map[string]string{
		"linux/arm64":   "linux/arm64: 1 packages, 0 findings\n",
		"linux/386":     "size_test.go:3:17: constant 1099511627776 overflows int\n",
		"windows/amd64": "file_windows.go:3:29: undefined: missing\n",
		"darwin/arm64":  "file_darwin.go:3:20: self-assignment of n (assign)\n",
	} {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			found, err := run(&out, dir, platform, "./...")
			if err != nil || (found == 0) != strings.Contains(want, "0 findings") || !strings.Contains(out.String(), want) {
				t.Errorf("found %d, %v\n%s", found, err, out.String())
			}
		})
	}
}
