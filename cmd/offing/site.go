package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/offing-go/offing/gen"
)

// generateLine has offing run by go generate.
const generateLine = "//go:generate go tool offing"

// A site is what there is in a directory before init.
type site struct {
	module    string // directory of the go.mod, or ""
	path      string // what a new module is called
	pkg       string
	hasTool   bool   // the module has offing as a tool
	version   string // of offing that the module requires, or ""
	generates bool   // a file has the go:generate line
	declared  map[string]string
	begins    []string // main and TestMain if they begin with process.Main
}

// survey looks at a directory, which there may not be.
func survey(dir string) (site, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return site{}, err
	}
	s := site{pkg: "main", path: "example.com/" + pathElement(filepath.Base(abs)), declared: map[string]string{}}
	for d := abs; ; d = filepath.Dir(d) {
		if text, err := os.ReadFile(filepath.Join(d, "go.mod")); err == nil {
			s.module, s.hasTool, s.version = d, strings.Contains(string(text), toolPath), required(string(text))
			break
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	return s, s.survey(dir, abs)
}

// required returns which version of offing a go.mod requires, or "".
func required(text string) string {
	for line := range strings.Lines(text) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) > 1 && fields[0] == home && !slices.Contains(fields, "=>") {
			return fields[1]
		}
	}
	return ""
}

// survey looks at the package in a directory.
func (s *site) survey(dir, abs string) error {
	found, err := build.ImportDir(abs, 0)
	if _, none := errors.AsType[*build.NoGoError](err); none || errors.Is(err, os.ErrNotExist) || !isDir(abs) {
		return nil
	}
	if err != nil {
		return err
	}
	s.pkg = found.Name
	for _, name := range slices.Concat(found.GoFiles, found.CgoFiles, found.TestGoFiles, found.XTestGoFiles) {
		text, err := os.ReadFile(filepath.Join(abs, name))
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.generates = s.generates || strings.Contains("\n"+string(text), "\n"+generateLine)
		s.note(fset, f)
	}
	return nil
}

// note takes down what a file declares.
func (s *site) note(fset *token.FileSet, f *ast.File) {
	gen.EachDecl(f, func(id *ast.Ident, node ast.Node) {
		s.declared[id.Name] = fset.Position(id.Pos()).String()
		if fn, ok := node.(*ast.FuncDecl); ok && beginsWithMain(fn.Body) {
			s.begins = append(s.begins, id.Name)
		}
	})
}

// beginsWithMain reports whether the first statement is process.Main().
func beginsWithMain(body *ast.BlockStmt) bool {
	if body == nil || len(body.List) == 0 {
		return false
	}
	first, ok := body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := first.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn, ok := call.Fun.(*ast.SelectorExpr)
	return ok && fn.Sel.Name == "Main"
}

// taken names a declaration that is in the way of the first task, other than one
// that init has written before.
func (s site) taken() string {
	for _, d := range [][2]string{{"Square", "square.go"}, {"TestSquare", "square_test.go"}} {
		if name := d[0]; !s.lacks(name, d[1]) {
			return fmt.Sprintf("%s: %s is declared there", s.declared[name], name)
		}
	}
	return ""
}

// lacks reports whether a name is not declared, but perhaps in the file of that
// name, which init may have written before.
func (s site) lacks(name, file string) bool {
	at := s.declared[name]
	return at == "" || strings.HasPrefix(filepath.Base(at), file+":")
}

// pathElement makes the name of a directory an element of an import path.
func pathElement(name string) string {
	fit := func(r rune) bool {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("._~-", r)
	}
	name = strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !fit(r) }), "-")
	name = strings.Trim(name, "-.")
	if name == "" {
		return "hello"
	}
	return name
}
