package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
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

// TestNotesAreInTheCache holds where notes go if nobody says.
func TestNotesAreInTheCache(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, home)
	}
	t.Setenv("OFFING_CACHE", "")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	in(t, good, "generate")
	if entries, err := os.ReadDir(filepath.Join(cache, "offing")); len(entries) == 0 {
		t.Errorf("there are no notes: %v", err)
	}
}

// TestCheckIgnoresNotes holds that check finds what generate overlooks if its notes are
// wrong.
func TestCheckIgnoresNotes(t *testing.T) {
	t.Setenv("OFFING_CACHE", t.TempDir())
	in(t, good, "generate")
	text, err := os.ReadFile("offing_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	edited := bytes.Replace(text, []byte("SubmitSquare"), []byte("SubmitCircle"), 1)
	save(t, "offing_gen.go", string(edited))
	forgeNote(t, text, edited)
	if status, _, stderr := again(t); status != fine || stderr != "" {
		t.Errorf("generate: status %d, %s", status, stderr)
	}
	if now, err := os.ReadFile("offing_gen.go"); err != nil || !bytes.Equal(now, edited) {
		t.Fatalf("the note is not wrong enough, generate has seen the edit (%v)", err)
	}
	for _, verb := range []string{"check", "diff"} {
		if status, _, stderr := again(t, verb); status != toMend {
			t.Errorf("%s: status %d, %s", verb, status, stderr)
		}
	}
	save(t, "offing_gen.go", string(text)+"\n")
	if status, _, stderr := again(t); status != fine {
		t.Errorf("generate: status %d, %s", status, stderr)
	}
	if now, err := os.ReadFile("offing_gen.go"); err != nil || !bytes.Equal(now, text) {
		t.Errorf("the edit by hand was not repaired (%v)", err)
	}
}

// forgeNote makes the note that is there say of a generated file that it is to have
// another text of the same length.
func forgeNote(t *testing.T, text, forged []byte) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(os.Getenv("OFFING_CACHE"), strings.Repeat("[0-9a-f]", 32)))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	note, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	const signature = 16 // bytes of a SHA-256 of the first line, in front of it
	head, rest, _ := bytes.Cut(note[signature:], []byte("\n"))
	for _, table := range []*crc32.Table{crc32.IEEETable, crc32.MakeTable(crc32.Castagnoli)} {
		was, is := fmt.Sprint(":", crc32.Checksum(text, table)), fmt.Sprint(":", crc32.Checksum(forged, table))
		head = bytes.Replace(head, []byte(was), []byte(is), 1)
	}
	sum := sha256.Sum256(head)
	save(t, names[0], string(sum[:signature])+string(head)+"\n"+string(rest))
}
