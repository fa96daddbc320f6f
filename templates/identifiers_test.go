package templates

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// sources imports the runtime from its source in this module, and the standard
// library as usual.
type sources struct {
	fset *token.FileSet
	std  types.Importer
	done map[string]*types.Package
}

const module = "github.com/offing-go/offing"

// Import returns a package.
func (s *sources) Import(path string) (*types.Package, error) {
	rel, ours := strings.CutPrefix(path, module)
	if !ours {
		return s.std.Import(path)
	}
	if pkg := s.done[path]; pkg != nil {
		return pkg, nil
	}
	dir := filepath.Join("..", filepath.FromSlash(rel))
	found, err := build.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range found.GoFiles {
		f, err := parser.ParseFile(s.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	config := types.Config{Importer: s, IgnoreFuncBodies: true}
	pkg, err := config.Check(path, s.fset, files, nil)
	s.done[path] = pkg
	return pkg, err
}

// TestIdentifiers resolves what generated files use of the runtime against its
// source, since nothing else connects the two.
func TestIdentifiers(t *testing.T) {
	fset := token.NewFileSet()
	s := &sources{fset, importer.ForCompiler(fset, "source", nil), map[string]*types.Package{}}
	for path, names := range Identifiers {
		pkg, err := s.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			top, member, isMember := strings.Cut(name, ".")
			obj := pkg.Scope().Lookup(top)
			if obj != nil && isMember {
				obj, _, _ = types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, pkg, member)
				if obj == nil {
					obj, _, _ = types.LookupFieldOrMethod(pkg.Scope().Lookup(top).Type(), true, pkg, member)
				}
			}
			if obj == nil || !obj.Exported() {
				t.Errorf("%s has no %s", path, name)
			}
		}
	}
}
