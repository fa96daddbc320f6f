package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestTemplatesEmitWhatTheySay holds that the code in a template's doc comment
// is what it emits for the fixture "sample", word by word.
func TestTemplatesEmitWhatTheySay(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/ok/sample.txtar")
	if err != nil {
		t.Fatal(err)
	}
	emitted := " " + strings.Join(strings.Fields(string(get(archive, OutputName))), " ") + " "
	names, err := filepath.Glob("../templates/*.go")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil {
				continue
			}
			text, code, ok := strings.Cut(fn.Doc.Text(), fn.Name.Name+" emits\n")
			if !ok || text != "" {
				continue
			}
			checked++
			for part := range strings.SplitSeq(code, "// ...") {
				if want := strings.Join(strings.Fields(part), " "); !strings.Contains(emitted, want) {
					t.Errorf("%s does not emit\n%s", fn.Name.Name, part)
				}
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d templates say what they emit", checked)
	}
}
