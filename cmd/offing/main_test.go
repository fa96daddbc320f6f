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
		{"version", good, fine, "offing ", ""},
		{"help", good, fine, "usage: offing", ""},
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

// TestManual holds that the package comment begins with what help prints.
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
}
