package app

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// isCredential reports whether a file of credentials may set a variable.
func isCredential(name string) bool {
	return slices.Contains([]string{service.EnvClientID, service.EnvClientSecret, service.EnvBaseURL}, name)
}

// readCredentials reads a file with a line such as DINGTALK_CLIENT_ID=dingabc for each variable. Empty lines and those
// that begin with # are skipped. No error quotes a line, because it may hold the secret.
func readCredentials(name string) (map[string]string, error) {
	text, err := os.ReadFile(name) //nolint:gosec // the caller's own
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		variable, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		variable = strings.TrimSpace(variable)
		_, again := values[variable]
		switch {
		case !ok, !isCredential(variable):
			return nil, fmt.Errorf("%s, line %d: write %s=…, %s=… or %s=…", name, i+1, service.EnvClientID, service.EnvClientSecret, service.EnvBaseURL)
		case again:
			return nil, fmt.Errorf("%s, line %d: %s is set twice", name, i+1, variable)
		}
		values[variable] = strings.TrimSpace(value)
	}
	return values, nil
}

// exposed returns a warning if other users of the machine can read a file. Windows keeps permissions elsewhere.
func exposed(name string) string {
	info, err := os.Stat(name)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return ""
	}
	return fmt.Sprintf("other users can read the secret in %s (mode %04o): chmod 600 %s", name, info.Mode().Perm(), name)
}
