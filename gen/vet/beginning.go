package vet

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A program is the functions of a package, by name. It is syntax only: TestMain may
// be in a file that the pass does not have, since the tests of a package and those
// of its package _test are one binary and two packages.
type program map[string]declared

// A declared is a function and the file that it is in.
type declared struct {
	file *ast.File
	decl *ast.FuncDecl
}

func newProgram(files []*ast.File) program {
	p := program{}
	for _, file := range files {
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Recv == nil && decl.Body != nil {
				p[decl.Name.Name] = declared{file, decl}
			}
		}
	}
	return p
}

// A beginning is how a function begins, those of the package that it calls
// included.
type beginning struct {
	main      *ast.CallExpr // of process.Main; nil if there is none
	statement ast.Stmt      // that is just that call, in the function itself; or nil
	before    *ast.CallExpr // the first call before it that does something; nil if there is none
	elsewhere *ast.CallExpr // of a function called Main of another package, which may call it
}

// beginning returns how a function of the program begins.
func (p program) beginning(of declared) beginning {
	s := &search{program: p, seen: map[*ast.FuncDecl]bool{}}
	s.function(of)
	for _, stmt := range of.decl.Body.List {
		if e, ok := stmt.(*ast.ExprStmt); ok && s.found.main != nil && e.X == s.found.main {
			s.found.statement = stmt
		}
	}
	return s.found
}

// A search goes through calls in about the order in which they are executed.
type search struct {
	program program
	found   beginning
	seen    map[*ast.FuncDecl]bool
	file    *ast.File // of the function that is gone through
}

func (s *search) function(d declared) {
	if s.seen[d.decl] {
		return
	}
	s.seen[d.decl] = true
	file := s.file
	s.file = d.file
	s.node(d.decl.Body)
	s.file = file
}

// node goes through a node until there is nothing more to find.
func (s *search) node(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if s.found.main != nil {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit, *ast.DeferStmt: // a worker never returns from Main
			return false
		case *ast.CallExpr:
			if lit, ok := n.Fun.(*ast.FuncLit); ok {
				s.node(lit.Body)
			} else {
				s.node(n.Fun)
			}
			for _, arg := range n.Args {
				s.node(arg)
			}
			if s.found.main == nil {
				s.call(n)
			}
			return false
		}
		return true
	})
}

// call takes one call, whose arguments have been gone through.
func (s *search) call(call *ast.CallExpr) {
	before := func() {
		if s.found.before == nil {
			s.found.before = call
		}
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if d, ok := s.program[fun.Name]; ok {
			s.function(d)
		} else if fun.Name == "panic" {
			before()
		}
	case *ast.SelectorExpr:
		x, ok := fun.X.(*ast.Ident)
		path := ""
		if ok {
			path = importedAs(s.file, x.Name)
		}
		switch {
		case path == processPath && fun.Sel.Name == "Main":
			s.found.main = call
		case path != "" && fun.Sel.Name == "Main":
			s.found.elsewhere = call
		case !harmless(path, fun.Sel.Name):
			before()
		}
	}
}

// importedAs returns the path that a file imports under a name, or "".
func importedAs(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(p) == name {
			return p
		}
	}
	return ""
}

// pure are packages and functions that compute something, or read the settings of
// the program.
var pure = []string{
	"context", "errors", "flag", "path", "path/filepath", "strconv", "strings",
	"fmt.Errorf", "fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln", "os.Getenv", "os.LookupEnv", "runtime.GOMAXPROCS", "runtime.NumCPU", "time.Now",
}

// flags are methods of a flag.FlagSet.
var flags = []string{
	"Bool", "BoolVar", "Duration", "DurationVar", "Float64", "Float64Var", "Func", "Int", "Int64", "IntVar", "Parse", "String", "StringVar", "Uint", "Var",
}

// harmless reports whether a worker process may execute a function as well, since
// it only sets or makes something. path is empty for a method.
func harmless(path, name string) bool {
	return slices.Contains(pure, path) || path == "" && slices.Contains(flags, name) || slices.Contains(pure, path+"."+name) ||
		strings.HasPrefix(name, "Set") || strings.HasPrefix(name, "New") && path != "" && path != processPath
}

// callsMain reports whether files call process.Main anywhere.
func callsMain(files []*ast.File) bool {
	return slices.ContainsFunc(files, func(file *ast.File) bool { return mainIn(file, file) })
}

// initCallsMain reports whether an init function of files calls process.Main.
func initCallsMain(files []*ast.File) bool {
	for _, file := range files {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" && mainIn(file, fn) {
				return true
			}
		}
	}
	return false
}

// mainIn reports whether a part of a file names process.Main.
func mainIn(file *ast.File, part ast.Node) (found bool) {
	ast.Inspect(part, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Main" {
			x, ok := sel.X.(*ast.Ident)
			found = found || ok && importedAs(file, x.Name) == processPath
		}
		return !found
	})
	return found
}

// A testMain is a function TestMain and the functions that it may call.
type testMain struct {
	program
	declared
	tests []*ast.File // of its package
}

// handsOver reports whether TestMain calls a function of another package that may call
// process.Main: any but those of the standard library that are usual there.
func (t testMain) handsOver() (found bool) {
	ast.Inspect(t.decl, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok {
					path := importedAs(t.file, x.Name)
					found = found || path != "" && !slices.Contains([]string{"os", "flag", "fmt", "log", "testing"}, path)
				}
			}
		}
		return !found
	})
	return found
}

// everyTestMain returns TestMain of the test binary that the pass is part of, or,
// with build constraints, several.
func everyTestMain(pass *analysis.Pass) (list []testMain) {
	own := newProgram(pass.Files)
	if d, ok := own["TestMain"]; ok {
		return []testMain{{own, d, filesOf(pass, true)}}
	}
	packages, tests := map[string][]*ast.File{}, map[string][]*ast.File{}
	names, _ := filepath.Glob(filepath.Join(directory(pass), "*.go")) // the pattern is good
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		packages[f.Name.Name] = append(packages[f.Name.Name], f)
		if isTest(name) {
			tests[f.Name.Name] = append(tests[f.Name.Name], f)
		}
	}
	for name, files := range packages {
		p := newProgram(files)
		if d, ok := p["TestMain"]; ok {
			list = append(list, testMain{p, d, tests[name]})
		}
	}
	return list
}
