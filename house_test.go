package offing_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// Limits of the house: a reader should take in a function at a glance and
// guess a file from its name.
const (
	maxFunctionLines = 80
	maxFileLines     = 500
)

// TestHouse holds the shape of the tree: every exported name has a doc comment,
// functions and files stay short, no name is one of those that say nothing.
func TestHouse(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "bench"):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go"):
			for _, fault := range houseFaults(t, path) {
				t.Error(fault)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func houseFaults(t *testing.T, path string) (faults []string) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if ast.IsGenerated(f) {
		return nil
	}
	fault := func(n ast.Node, format string, args ...any) {
		faults = append(faults, fmt.Sprintf("%s: ", fset.Position(n.Pos()))+fmt.Sprintf(format, args...))
	}
	if n := fset.File(f.Pos()).LineCount(); n > maxFileLines {
		fault(f, "%d lines; a file has at most %d", n, maxFileLines)
	}
	test := strings.HasSuffix(path, "_test.go") || f.Name.Name == "main"
	for _, decl := range f.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
				fault(fn, "%s has %d lines; a function has at most %d", fn.Name.Name, n, maxFunctionLines)
			}
		}
		for _, id := range declared(decl) {
			if word := emptyWord(id.Name); word != "" {
				fault(id, "%s: the word %q says nothing", id.Name, word)
			}
		}
		if !test {
			for _, id := range undocumented(decl) {
				fault(id, "%s is exported and has no doc comment", id.Name)
			}
		}
	}
	return faults
}

// declared returns the names that a top-level declaration declares.
func declared(decl ast.Decl) (names []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{d.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name)
			case *ast.ValueSpec:
				names = append(names, s.Names...)
			}
		}
	}
	return names
}

// undocumented returns the exported names of a declaration without a comment.
func undocumented(decl ast.Decl) (names []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || exportedReceiver(d.Recv.List[0].Type)) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			var doc bool
			var ids []*ast.Ident
			switch s := spec.(type) {
			case *ast.TypeSpec:
				doc, ids = d.Doc != nil || s.Doc != nil, []*ast.Ident{s.Name}
			case *ast.ValueSpec:
				doc, ids = d.Doc != nil || s.Doc != nil || s.Comment != nil, s.Names
			}
			for _, id := range ids {
				if !doc && id.IsExported() {
					names = append(names, id)
				}
			}
		}
	}
	return names
}

func exportedReceiver(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.StarExpr:
		return exportedReceiver(t.X)
	case *ast.IndexExpr:
		return exportedReceiver(t.X)
	case *ast.IndexListExpr:
		return exportedReceiver(t.X)
	case *ast.Ident:
		return t.IsExported()
	}
	return false
}

// emptyWords are the words that no name of ours contains.
var emptyWords = []string{"manager", "helper", "util", "common", "data", "engine"}

func emptyWord(name string) string {
	for _, word := range emptyWords {
		if strings.Contains(strings.ToLower(name), word) {
			return word
		}
	}
	return ""
}
