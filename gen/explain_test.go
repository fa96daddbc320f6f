package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// declaredCodes returns the constants of type Code, which are all codes that
// there are: nothing else may be spelt like one.
func declaredCodes(t *testing.T) (codes []Code) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, _ := strconv.Unquote(lit.Value)
				if digits, ok := strings.CutPrefix(text, "OF"); ok {
					if _, err := strconv.Atoi(digits); err == nil {
						codes = append(codes, Code(text))
					}
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return codes
}

// TestCodes holds that each code is there once and explained, and that there is
// a fixture with it.
func TestCodes(t *testing.T) {
	codes := declaredCodes(t)
	if !slices.Equal(codes, Codes()) {
		t.Errorf("declared are %v, explained are %v", codes, Codes())
	}
	names, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(get(archive, "want"))) {
			line = strings.TrimSpace(line)
			seen[line[strings.LastIndex(line, "[")+1:]] = true
		}
	}
	for _, code := range codes {
		if !seen[string(code)+"]"] {
			t.Errorf("no fixture has %s", code)
		}
	}
}

// TestExplanations holds that the wrong example gets that very code, with the
// message that is shown, and that the right one is generated for.
func TestExplanations(t *testing.T) {
	fixtures(t, "explain/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		code := Code(filepath.Base(t.Name()))
		e, ok := Explain(code)
		if !ok || e.Title == "" || len(e.Text) < 80 || len(e.Right) == 0 {
			t.Fatalf("%+v", e)
		}
		for line := range strings.Lines(e.Text) {
			if len(line) > 90 {
				t.Errorf("longer than a terminal is wide: %s", line)
			}
		}
		res, err := Generate(Config{Dir: unpackExcerpts(t, e.Wrong), Patterns: []string{"./..."}})
		if err != nil || len(res.Diagnostics) == 0 {
			t.Fatalf("%+v, %v", res, err)
		}
		for _, d := range res.Diagnostics {
			if d.Code != code {
				t.Errorf("wrong gives %s", d)
			}
		}
		if *update {
			e.Message = said(res)
			set(archive, "message", []byte(e.Message))
		}
		if said(res) != e.Message {
			t.Errorf("got\n%swant\n%s", said(res), e.Message)
		}
		res, err = Generate(Config{Dir: unpackExcerpts(t, e.Right), Patterns: []string{"./..."}})
		if err != nil || len(res.Diagnostics) > 0 || len(res.Files) == 0 {
			t.Errorf("right gives %v, %v", said(res), err)
		}
	})
}

func unpackExcerpts(t *testing.T, files []Excerpt) (dir string) {
	t.Helper()
	archive := &txtar.Archive{}
	for _, f := range files {
		archive.Files = append(archive.Files, txtar.File{Name: f.Name, Data: []byte(f.Text)})
	}
	return unpack(t, archive)
}

// TestExplainUnknown holds that there is nothing to say of a code that is none.
func TestExplainUnknown(t *testing.T) {
	for _, code := range []Code{"", "OF999", "OF104.txtar", "../explain/OF104"} {
		if e, ok := Explain(code); ok {
			t.Errorf("%q: %+v", code, e)
		}
	}
}
