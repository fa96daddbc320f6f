package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offing-go/offing/gen"
)

// in runs the command in a module with one task.
func in(t *testing.T, source string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/p\n", "p.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out, errs bytes.Buffer
	status = run(args, &out, &errs)
	return status, out.String(), errs.String()
}

const (
	good = "package p\n\n//offing:task\nfunc Square(n int) int { return n * n }\n"
	bad  = "package p\n\n//offing:task\nfunc Square(f func()) {}\n"
)

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		args           string
		source         string
		status         int
		stdout, stderr string
	}{
		{"", good, fine, "", ""},
		{"generate .", good, fine, "", ""},
		{"./...", good, fine, "", ""},
		{"", "package p\n", fine, "", ""},
		{"", bad, toMend, "", `p.go:4:6: task Square: parameter f: a func value cannot cross a process; add "local" or pass a value [OF104]`},
		{"-json", bad, toMend, "", `{"file":"p.go","line":4,"column":6,"code":"OF104","task":"Square"`},
		{"check", good, toMend, "", `offing_gen.go: missing; run "go generate"`},
		{"check", "package p\n", fine, "", ""},
		{"diff", good, toMend, "+++ b/offing_gen.go", ""},
		{"list", good, fine, "p.Square  func(n int) int  p.go:4:6  b6a7d4529bd0dd9d  anywhere  64 B\n", ""},
		{"list -v .", good, fine, "anywhere  64 B\n\tfunc(int) int\n", ""},
		{"list -json", good, fine, "\t\t\"shape\": \"func(int) int\"\n", ""},
		{"list -json ./...", "package p\n", fine, "[]\n", ""},
		{"list", "package p\n", fine, "", ""},
		{"list", bad, toMend, "", "[OF104]\n"},
		{"list -json", bad, toMend, "[]\n", `"code":"OF104"`},
		{"list ./nowhere", good, misuse, "", "not a directory"},
		{"lits", good, misuse, "", `did you mean "list"?`},
		{"check -v", good, misuse, "", "flag -v is for list\n"},
		{"-v", good, misuse, "", "flag -v is for list\n"},
		{"version", good, fine, "offing ", ""},
		{"help", good, fine, "usage: offing", ""},
		{"help", good, fine, "\n\tretries=3     try a failed call again, this many times, after pauses that grow; runtime.Permanent stops it\n", ""},
		{"check -h", good, fine, "usage: offing", ""},
		{"diff --help ./nowhere", good, fine, "usage: offing", ""},
		{"-h", good, fine, "usage: offing", ""},
		{"-json check", bad, toMend, "", `"code":"OF104","task":"Square"`},
		{"-json check .", good, toMend, "", "missing"},
		{"-json diff", good, toMend, "+++ b/offing_gen.go", ""},
		{"--json version", good, fine, "offing ", ""},
		{"check check", good, misuse, "", `a second command, or one after a directory: "check"`},
		{"example.com/p", good, misuse, "", "example.com/p: patterns are directories: write .\n"},
		{"check example.com/p/jobs/...", good, misuse, "", "patterns are directories: write ./jobs/...\n"},
		{"example.com/other", good, misuse, "", "example.com/other: not a directory; patterns are directories, not import paths"},
		{"q.go", good, misuse, "", "q.go: not a directory\n"},
		{"p.go", good, misuse, "", "p.go: this is a file; give its directory: .\n"},
		{"./p.go", good, misuse, "", "give its directory: .\n"},
		{"chekc", good, misuse, "", `unknown command "chekc"; did you mean "check"?`},
		{"frobnicate", good, misuse, "", `unknown command "frobnicate"; run "offing help"`},
		{"-x", good, misuse, "", "unknown flag -x"},
		{"./nowhere", good, misuse, "", "not a directory"},
	} {
		t.Run(c.args, func(t *testing.T) {
			status, stdout, stderr := in(t, c.source, strings.Fields(c.args)...)
			if status != c.status || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("status %d, stdout %s, stderr %s", status, stdout, stderr)
			}
			if c.stderr == "" && stderr != "" {
				t.Errorf("stderr %s", stderr)
			}
		})
	}
}

// TestDiffOfFilesAbove holds that the names in a diff lead from one directory
// down, and that a note says which.
func TestDiffOfFilesAbove(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/p\n", "p.go": good, "a/a.go": good, "b/c/c.go": "package c\n"} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for in, up := range map[string]string{".": "", "b": "..", "b/c": "../.."} {
		t.Chdir(filepath.Join(dir, in))
		var stdout, stderr bytes.Buffer
		status := run([]string{"diff", "./" + up + "/..."}, &stdout, &stderr)
		if status != toMend || !strings.Contains(stdout.String(), "+++ b/offing_gen.go\n") || !strings.Contains(stdout.String(), "+++ b/a/offing_gen.go\n") {
			t.Errorf("in %s: status %d, %s", in, status, stdout.String())
		}
		if got := stderr.String(); up == "" && got != "" || up != "" && !strings.Contains(got, `"patch -p1 -d `+up+`"`) {
			t.Errorf("in %s: %s", in, got)
		}
	}
}

// TestNoModule holds that where there is nothing to generate for, since there
// is no module, that is not taken for all being well.
func TestNoModule(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	check := func(want string) {
		t.Helper()
		for _, args := range [][]string{{"check", "./..."}, {"./..."}, {"diff"}} {
			var stdout, stderr bytes.Buffer
			if status := run(args, &stdout, &stderr); status != misuse || !strings.Contains(stderr.String(), want) {
				t.Errorf("%q: status %d, %s", args, status, stderr.String())
			}
		}
	}
	check(`there is no go.mod in this directory or above; run "go mod init"`)
	for _, name := range []string{"a/go.mod", "b/c/go.mod", "b/testdata/go.mod"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("module x\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("go.work", []byte("go 1.26.0\n\nuse ./a\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	check("name the modules: ./a/... ./b/c/...\n")
}

// TestUnderGoGenerate holds that no file goes away while go generate reads the
// package, and that what is left instead is neither stale nor there to stay.
func TestUnderGoGenerate(t *testing.T) {
	const full = "// Code generated by offing. DO NOT EDIT.\n\npackage p\n\nfunc SubmitSquare() {}\n"
	const rest = "// Code generated by offing. DO NOT EDIT.\n\npackage p\n"
	dir := t.TempDir()
	t.Chdir(dir)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/p\n")
	write("p.go", "package p\n")
	write("offing_gen.go", full)
	write("offing_gen_test.go", full)
	offing := func(want int, args ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if status := run(args, &stdout, &stderr); status != want {
			t.Errorf("%q: status %d, want %d; %s", args, status, want, stderr.String())
		}
	}
	offing(toMend, "check")
	t.Setenv("GOFILE", "p.go")
	t.Setenv("GOPACKAGE", "p")
	offing(toMend, "check")
	offing(fine)
	for _, name := range []string{"offing_gen.go", "offing_gen_test.go"} {
		if text, err := os.ReadFile(name); string(text) != rest {
			t.Errorf("%s is %s, %v", name, text, err)
		}
	}
	offing(fine)
	offing(fine, "check")
	t.Setenv("GOFILE", "")
	offing(fine, "check")
	offing(fine, "diff")
	offing(fine)
	if _, err := os.Stat("offing_gen.go"); !os.IsNotExist(err) {
		t.Errorf("the remainder is still there (%v)", err)
	}
	offing(fine, "check")
}

// TestManual holds that the package comment has what help prints.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(usage) {
		words := strings.Fields(strings.TrimPrefix(line, "usage:"))
		if len(words) > 0 && words[0] == "offing" && !strings.Contains(string(text), "//\t"+strings.TrimSpace(strings.TrimPrefix(line, "usage:"))) {
			t.Errorf("the package comment lacks %s", line)
		}
	}
	for _, key := range gen.Keys() {
		if !strings.Contains(string(text), "//\t"+key+"\n") {
			t.Errorf("the package comment lacks %s", key)
		}
	}
}
