package gen

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
)

func TestWithoutBodies(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a line", "package p\n\nfunc f() { return }\nvar x = 1\n", "package p\n\nfunc f() {        }\nvar x = 1\n"},
		{"lines", "func f() {\n\tg(\"é\")\n}\n", "func f() {\n        \n}\n"},
		{"braces in the signature", "func (t T[struct{ a int }]) f(a struct{ b func() { } }) interface{ M() } { x }",
			"func (t T[struct{ a int }]) f(a struct{ b func() { } }) interface{ M() } {   }"},
		{"a type called structure", "func f() structure { x }", "func f() structure {   }"},
		{"a map of struct{}", "func f() map[string]struct{} { x }", "func f() map[string]struct{} {   }"},
		{"a constraint", "func f[T interface{ ~int }](v T) T { x }", "func f[T interface{ ~int }](v T) T {   }"},
		{"no body", "func f(a int) error\nvar x = T{1}\n", "func f(a int) error\nvar x = T{1}\n"},
		{"comments in the signature", "func f( // a {\n) /* { */ { x }", "func f( // a {\n) /* { */ {   }"},
		{"strings", "func f() { \"}\\\"\" + `}\n}` + '}' + '\\'' }\nfunc g() { x }", "func f() {           \n                }\nfunc g() {   }"},
		{"comments", "func f() { // }\n/* } */ }\nfunc g() { x }", "func f() {     \n        }\nfunc g() {   }"},
		{"func in a string", "var x = `\nfunc f() { x }`\n", "var x = `\nfunc f() { x }`\n"},
		{"func in a comment", "/*\nfunc f() { x }\n*/\n", "/*\nfunc f() { x }\n*/\n"},
		{"a literal", "var x = func() { y }\n", "var x = func() { y }\n"},
		{"a name that begins so", "func1 { x }", "func1 { x }"},
		{"a directive", "func f() {\n\t//offing:task\n}\nfunc g() { x }", "func f() {\n\t//offing:task\n}\nfunc g() {   }"},
		{"a line directive", "func f() {\n//line a.go:7\n}", "func f() {\n//line a.go:7\n}"},
		{"its end is missing", "func f() {\n\tx\n\nfunc g() {\n}\n}", "func f() {\n\tx\n\nfunc g() {\n}\n}"},
		{"its end is missing, and a tab follows", "func f() {\n\tx\n\nvar\tg = T{\n}\n}", "func f() {\n\tx\n\nvar\tg = T{\n}\n}"},
		{"a name like a declaration", "func f() {\nvariable = 1\n}", "func f() {\n            \n}"},
		{"a directive in other letters", "func f() {\n\t//oFFing:task\n}", "func f() {\n\t//oFFing:task\n}"},
		{"a comment before fields", "func f() struct /* c */ { A int } { x }", "func f() struct /* c */ { A int } {   }"},
		{"a comment before methods", "func f() interface /* c */ { A() } { x }", "func f() interface /* c */ { A() } {   }"},
		{"no body, and more on the line", "func f(a int) int; var x = T{1}\n", "func f(a int) int; var x = T{1}\n"},
		{"no end", "func f() { x }\nfunc g() { x ", "func f() { x }\nfunc g() { x "},
		{"no end of a string", "func f() { x }\nfunc g() { \"\n}", "func f() { x }\nfunc g() { \"\n}"},
		{"no end of a signature", "func f() { x }\nfunc g(", "func f() { x }\nfunc g("},
		{"nothing", "", ""},
	} {
		text := []byte(test.text)
		if got := string(withoutBodies(text)); got != test.want {
			t.Errorf("%s:\n%q, want\n%q", test.name, got, test.want)
		}
		if string(text) != test.text {
			t.Errorf("%s: the text has changed", test.name)
		}
	}
}

// TestWithoutBodiesOfGo holds that the parser finds the same without bodies, in each
// eighth file of Go's own source.
func TestWithoutBodiesOfGo(t *testing.T) {
	dir, files, blanked := filepath.Join(goruntime.GOROOT(), "src"), 0, 0
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		if files++; files%8 != 0 { // all of them would take a quarter of a minute
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		without := withoutBodies(text)
		if !bytes.Equal(without, text) {
			blanked++
		}
		sameWithoutBodies(t, name, text, without)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if blanked < 100 {
		t.Errorf("bodies of %d files were blanked", blanked)
	}
}

// sameWithoutBodies holds that a file with and one without bodies are the same, if the
// first is one.
func sameWithoutBodies(t *testing.T, name string, text, without []byte) {
	t.Helper()
	if len(text) != len(without) {
		t.Fatalf("%s: %d bytes of %d", name, len(without), len(text))
	}
	want, err := skeleton(text)
	if err != nil {
		return // the parser may say so of what is left, or not
	}
	got, err := skeleton(without)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	} else if got != want {
		t.Errorf("%s: declarations are\n%s\nwithout bodies they are\n%s", name, want, got)
	}
}

// skeleton says what a file declares and where, without bodies.
func skeleton(text []byte) (string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		if n == nil {
			return false
		}
		fmt.Fprintf(&out, "%T %d %d %v\n", n, n.Pos(), n.End(), fset.Position(n.Pos()))
		if fn, ok := n.(*ast.FuncDecl); ok {
			for _, part := range []ast.Node{fn.Name, fn.Type} {
				ast.Inspect(part, walk)
			}
			if fn.Doc != nil {
				ast.Inspect(fn.Doc, walk)
			}
			if fn.Recv != nil {
				ast.Inspect(fn.Recv, walk)
			}
			return false
		}
		if id, ok := n.(*ast.Ident); ok {
			out.WriteString(id.Name + "\n")
		}
		if lit, ok := n.(*ast.BasicLit); ok {
			out.WriteString(lit.Value + "\n")
		}
		return true
	}
	ast.Inspect(f, walk)
	return out.String(), nil
}

func FuzzWithoutBodies(f *testing.F) {
	for _, text := range []string{
		"package p\nfunc f() { \"}\" }\n", "package p\nfunc (t T) f(a struct{}) interface{ M() } {\n//}\n}\n",
		"package p\nfunc f[T any](v func() {}) {}\n", "package p\nfunc f() struct /**/ { A int } { return 1 }\n", "package p\nfunc f(); type T struct /**/ { A int }\n", "package p\nfunc f() '{' {}", "package p\nvar x = `\nfunc f() { x }`\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sameWithoutBodies(t, "it", []byte(text), withoutBodies([]byte(text)))
	})
}
