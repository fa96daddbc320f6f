package main

import (
	"bytes"
	"go/token"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/offing-go/offing/gen"
)

// TestExcerpt holds what stands below a diagnostic on a terminal.
func TestExcerpt(t *testing.T) {
	t.Chdir(t.TempDir())
	const source = "package p\n\n// offing:task now\n\tfunc Größe(f func()) {}  \r\nfunc (\x1b[31m\n\nlast\nfunc 计算e\u0301(ｎ int)\nfunc \u009b31m"
	if err := os.WriteFile("p.go", []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		line, column int
		want         string
	}{
		{1, 1, "    1 | package p\n      | ^~~~~~~\n"},
		{3, 1, "    3 | // offing:task now\n      | ^~\n"},
		{3, 4, "    3 | // offing:task now\n      |    ^~~~~~~~~~~\n"},
		{4, 7, "    4 | \tfunc Größe(f func()) {}\n      | \t     ^~~~~\n"},
		{4, 14, "    4 | \tfunc Größe(f func()) {}\n      | \t          ^\n"},
		{5, 1, "    5 | func (?[31m\n      | ^~~~\n"},
		{5, 7, "    5 | func (?[31m\n      |       ^\n"},
		{4, 0, "    4 | \tfunc Größe(f func()) {}\n"},
		{4, 99, "    4 | \tfunc Größe(f func()) {}\n"},
		{6, 1, "    6 | \n"},
		{7, 1, "    7 | last\n      | ^~~~\n"},
		{8, 6, "    8 | func 计算e\u0301(ｎ int)\n      |      ^~~~~\n"},
		{8, 16, "    8 | func 计算e\u0301(ｎ int)\n      |            ^~\n"},
		{9, 1, "    9 | func ?31m\n      | ^~~~\n"},
		{10, 1, ""},
		{0, 1, ""},
	} {
		if got := (look{excerpt: true}).quote("p.go", c.line, c.column); got != c.want {
			t.Errorf("%d:%d:\n%s, want\n%s", c.line, c.column, got, c.want)
		}
	}
	if got := (look{excerpt: true}).quote("q.y", 1, 1); got != "" {
		t.Errorf("of no file: %s", got)
	}
}

// TestExcerptOfClash holds that both places are shown, in colors or without.
func TestExcerptOfClash(t *testing.T) {
	in(t, clash)
	res, err := gen.Generate(gen.Config{})
	if err != nil || len(res.Diagnostics) != 1 {
		t.Fatal(res, err)
	}
	want := `p.go:6:6: task Square: SubmitSquare is declared at p.go:3:6; add name=OtherSquare [OF107]
    6 | func Square(n int) {}
      |      ^~~~~~
p.go:3:6: the other place
    3 | func SubmitSquare() {}
      |      ^~~~~~~~~~~~
`
	if got := (look{excerpt: true}).diagnostic(res.Diagnostics[0]); got != want {
		t.Errorf("got\n%s", got)
	}
	got := look{excerpt: true, color: true}.diagnostic(res.Diagnostics[0])
	if !strings.Contains(got, bold+"p.go:6:6:"+plain+" task") || !strings.Contains(got, red+"^~~~~~"+plain) {
		t.Errorf("got %q", got)
	}
	for _, sequence := range []string{bold, red, faint, plain} {
		got = strings.ReplaceAll(got, sequence, "")
	}
	if got != want {
		t.Errorf("got\n%s", got)
	}
	if got := (look{}).diagnostic(res.Diagnostics[0]); got != res.Diagnostics[0].String()+"\n" {
		t.Errorf("piped: %s", got)
	}
}

// TestExcerptNeedsTerminal holds that what is no terminal gets no excerpt.
func TestExcerptNeedsTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	nothing := func(string) string { return "" }
	for _, to := range []io.Writer{w, file, new(bytes.Buffer), io.Discard} {
		if got := lookOf(to, nothing); got != (look{}) {
			t.Errorf("%T: %+v", to, got)
		}
	}
	d := gen.Diagnostic{Pos: token.Position{Filename: "p.go", Line: 1, Column: 1}, Code: gen.CodeType, Message: "no"}
	if got := (look{}).diagnostic(d); got != "p.go:1:1: no [OF104]\n" {
		t.Error(got)
	}
}
