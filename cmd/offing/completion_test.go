//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBash holds what bash completes, with bash.
func TestBash(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"tasks", "two words"} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "offing.bash")
	if err := os.WriteFile(name, []byte(bash()), 0o644); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"offing ch":           "check",
		"offing expl":         "explain",
		"offing t":            "tasks|two words",
		"offing check tw":     "two words",
		"offing check ./ta":   "./tasks",
		"offing -":            "-json|-n|-v|-watch|-help",
		"offing -w":           "-watch",
		"offing check -w":     "",
		"offing -json list -": "-json|-n|-v|-help",
		"offing ./tasks -w":   "-watch",
		"offing explain OF10": "OF101|OF102|OF103|OF104|OF105|OF106|OF107|OF108|OF109",
		"offing explain t":    "",
		"offing help ini":     "init",
		"offing completion ":  "bash|fish|zsh",
		"offing version t":    "",
		"offing init ta":      "tasks",
	} {
		const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _offing; printf '%s\n' "${COMPREPLY[@]}"`
		args := append([]string{"-c", script, "bash", name}, strings.Split(line, " ")...)
		out, err := exec.Command("bash", args...).CombinedOutput()
		got := strings.Split(strings.TrimSpace(string(out)), "\n")
		expected := strings.Split(want, "|")
		slices.Sort(got)
		slices.Sort(expected)
		if err != nil || !slices.Equal(got, expected) {
			t.Errorf("%s: %q, %v", line, got, err)
		}
	}
}
