package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	return again(t, args...)
}

// again runs the command in the working directory.
func again(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

const (
	good = "package p\n\n//offing:task\nfunc Square(n int) int { return n * n }\n"
	bad  = "package p\n\n//offing:task\nfunc Square(f func()) {}\n"

	clash = "package p\n\nfunc SubmitSquare() {}\n\n//offing:task\nfunc Square(n int) {}\n"
)

// A tried is a command line and what it comes to: texts that the output has, or
// for standard error, if that is empty, that there is none.
type tried struct {
	args           string
	source         string
	status         int
	stdout, stderr string
}

func try(t *testing.T, list []tried) {
	for _, c := range list {
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

func TestStatus(t *testing.T) {
	try(t, []tried{
		{"", good, fine, "", ""},
		{"generate .", good, fine, "", ""},
		{"./...", good, fine, "", ""},
		{"-v", good, fine, "", "offing_gen.go: written\n"},
		{"-n", good, fine, "offing_gen.go: missing; would be written\n", ""},
		{"-n -json", good, fine, `{"file":"offing_gen.go","state":"missing"}` + "\n", ""},
		{"generate -json -v", good, fine, "", `{"file":"offing_gen.go","state":"written"}` + "\n"},
		{"-n", bad, toMend, "", "[OF104]\n"},
		{"", "package p\n", fine, "", ""},
		{"", bad, toMend, "", `p.go:4:6: task Square: parameter f: a func value cannot cross a process; add "local" or pass a value [OF104]`},
		{"-json", bad, toMend, "", `{"file":"p.go","line":4,"column":6,"code":"OF104","task":"Square"`},
		{"-json", bad, toMend, "", `,"mark":{"file":"p.go","line":4,"column":13}}` + "\n"},
		{"-json", clash, toMend, "", `"other":{"file":"p.go","line":3,"column":6}}` + "\n"},
		{"-json ./nowhere", good, misuse, "", `{"error":"bad pattern: ./nowhere: not a directory"}` + "\n"},
		{"check", good, toMend, "", `offing_gen.go: missing; run "go generate"` + "\n"},
		{"check -n", good, toMend, "", `offing_gen.go: missing; run "go generate"`},
		{"check -json", good, toMend, "", `{"file":"offing_gen.go","state":"missing"}` + "\n"},
		{"check", "package p\n", fine, "", ""},
		{"check -v", "package p\n", fine, "", ""},
		{"diff", good, toMend, "+++ b/offing_gen.go", ""},
		{"diff -v", good, toMend, "+++ b/offing_gen.go", ""},
		{"diff -json -n", good, toMend, `{"file":"offing_gen.go","state":"missing","diff":"--- `, ""},
		{"list", good, fine, "p.Square  func(n int) int  p.go:4:6  b6a7d4529bd0dd9d  anywhere  64 B\n", ""},
		{"list -v .", good, fine, "anywhere  64 B\n\tfunc(int) int\n", ""},
		{"list -n", good, fine, "p.Square  ", ""},
		{"list -json", good, fine, "\t\t\"shape\": \"func(int) int\"\n", ""},
		{"list -json ./...", "package p\n", fine, "[]\n", ""},
		{"list", "package p\n", fine, "", ""},
		{"list", bad, toMend, "", "[OF104]\n"},
		{"list -json", bad, toMend, "[]\n", `"code":"OF104"`},
		{"explain OF104", good, fine, "OF104: a value that cannot cross a process\n\nWhat", ""},
		{"explain [of104]", good, fine, "OF104: ", ""},
		{"explain 104", good, fine, "    //offing:task local\n", ""},
		{"explain OF111", good, fine, "    // shop/shop.go\n    package shop\n", ""},
		{"explain", good, fine, "OF101  a comment that is almost a directive\nOF102  ", ""},
		{"explain -json OF104", good, fine, `{"code":"OF104","title":"a value that cannot cross a process","text":"What`, ""},
		{"explain -json", good, fine, "\n" + `{"code":"OF113"`, ""},
		{"version", good, fine, "offing ", ""},
		{"--json version", good, fine, `{"version":"v`, ""},
		{"help", good, fine, "usage: offing", ""},
		{"help", good, fine, "\n\tretries=3     try a failed call again, this many times, after pauses that grow; runtime.Permanent stops it\n", ""},
		{"help check", good, fine, "usage: offing check [packages] [-json] [-n] [-v]\n\nName what is", ""},
		{"check -h", good, fine, "usage: offing check", ""},
		{"diff --help ./nowhere", good, fine, "usage: offing diff", ""},
		{"-h", good, fine, "usage: offing [generate]", ""},
		{"-h -x", good, fine, "usage: offing [generate]", ""},
		{"-json check", bad, toMend, "", `"code":"OF104","task":"Square"`},
		{"-json check .", good, toMend, "", "missing"},
		{"-json diff", good, toMend, "+++ b/offing_gen.go", ""},
		{"-- ./...", good, fine, "", ""},
	})
}

// TestMore holds that -v tells of files that are current.
func TestMore(t *testing.T) {
	in(t, good)
	for _, verb := range []string{"generate", "check", "diff"} {
		if status, stdout, stderr := again(t, verb, "-v"); status != fine || stdout != "" || stderr != "offing_gen.go: current\n" {
			t.Errorf("%s: status %d, %s%s", verb, status, stdout, stderr)
		}
	}
	if status, stdout, _ := again(t, "-n", "-v", "-json"); status != fine || stdout != "" {
		t.Errorf("status %d, %s", status, stdout)
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
		status := run(t.Context(), []string{"diff", "./" + up + "/..."}, &stdout, &stderr)
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
			if status := run(t.Context(), args, &stdout, &stderr); status != misuse || !strings.Contains(stderr.String(), want) {
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
		if status := run(t.Context(), args, &stdout, &stderr); status != want {
			t.Errorf("%q: status %d, want %d; %s", args, status, want, stderr.String())
		}
	}
	offing(toMend, "check")
	t.Setenv("GOFILE", "p.go")
	t.Setenv("GOPACKAGE", "p")
	offing(toMend, "check")
	offing(misuse, "-watch")
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
