package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun_ListsTheLicenses(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(".", &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(out.String()); len(got) != 3 || got[0] != "github.com/google/licensecheck" || got[2] != "BSD-3-Clause" {
		t.Errorf("got %q", got)
	}
}

func TestLicenseOf(t *testing.T) {
	t.Parallel()
	const header = "This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was " +
		"not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.\n"
	for _, test := range []struct{ name, file, text, want string }{
		{"none", "README.md", "free", "no license"},
		{"unknown", "LICENSE", "You may use this on Sundays.", "known license"},
		{"not permitted", "LICENSE.md", header, "not on the list"},
		{"empty", "COPYING", "", "known license"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, test.file), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := licenseOf(dir, ""); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestLicenseOf_ReadsTheChosenFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("Choose one."), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ours.txt"), own, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := licenseOf(dir, "ours.txt"); got != "MIT" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
