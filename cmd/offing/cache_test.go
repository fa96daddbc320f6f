package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain makes this binary the command where a test starts it as that, and keeps
// notes on the packages of tests away from those of the user.
func TestMain(m *testing.M) {
	if os.Getenv("OFFING_TEST_AS_COMMAND") != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	dir, err := os.MkdirTemp("", "offing-notes-")
	if err != nil {
		panic(err)
	}
	os.Setenv("OFFING_CACHE", dir)
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// TestNotesAreWhereTheyWereWanted holds that OFFING_CACHE is obeyed and that a command
// that only looks leaves no notes.
func TestNotesAreWhereTheyWereWanted(t *testing.T) {
	for _, c := range []struct {
		verb string
		off  bool
		want int // the note, and when old ones were last looked for
	}{{"generate", false, 2}, {"generate", true, 0}, {"check", false, 0}, {"diff", false, 0}, {"list", false, 0}} {
		home, dir := t.TempDir(), filepath.Join(t.TempDir(), "notes")
		t.Setenv("XDG_CACHE_HOME", home)
		t.Setenv("OFFING_CACHE", dir)
		if c.off {
			t.Setenv("OFFING_CACHE", "off")
		}
		in(t, good, c.verb)
		entries, _ := os.ReadDir(dir)
		if rest, _ := os.ReadDir(home); len(entries) != c.want || len(rest) > 0 {
			t.Errorf("%s (off: %t) leaves %d files, and %d elsewhere", c.verb, c.off, len(entries), len(rest))
		}
	}
}

// TestCheckIgnoresNotes holds that check finds what generate overlooks if its notes are
// wrong.
func TestCheckIgnoresNotes(t *testing.T) {
	in(t, good, "generate")
	text, err := os.ReadFile("offing_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("offing_gen.go", []byte(strings.Replace(string(text), "SubmitSquare", "SubmitCircle", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := again(t, "check"); status != toMend {
		t.Errorf("check: status %d, %s", status, stderr)
	}
	if status, _, stderr := again(t); status != fine {
		t.Errorf("generate: status %d, %s", status, stderr)
	}
	if again, err := os.ReadFile("offing_gen.go"); err != nil || string(again) != string(text) {
		t.Errorf("the edit by hand was not repaired (%v)", err)
	}
}
