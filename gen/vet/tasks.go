package vet

import (
	"errors"
	"go/ast"
	"go/types"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/offing-go/offing/gen"
)

// tasks asks package gen about the directory of a package. The other analyzers go
// by what it answers, so that both are always of one opinion.
var tasks = asking(func(dir string) (*annotations, error) {
	res, err := gen.Generate(gen.Config{Dir: dir})
	if errors.Is(err, gen.ErrPattern) { // as that of the main package of a test, which is in no module
		res, err = &gen.Result{}, nil
	}
	return &annotations{Result: res, dir: dir}, err
})

// asking returns an analyzer that has what ask answers for the directory of a
// package.
func asking(ask func(dir string) (*annotations, error)) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:             "offingtasks",
		Doc:              "find annotated functions by the rules of the generator",
		Run:              func(pass *analysis.Pass) (any, error) { return findTasks(pass, ask) },
		RunDespiteErrors: true,
		ResultType:       reflect.TypeFor[*annotations](),
	}
}

// annotated returns the result of the analyzer that asks package gen, tasks or
// another.
func annotated(pass *analysis.Pass) *annotations {
	for _, result := range pass.ResultOf {
		if found, ok := result.(*annotations); ok {
			return found
		}
	}
	panic("vet: " + pass.Analyzer.Name + " does not require tasks")
}

// annotations are what gen finds in the directory of a package, and perhaps in
// others.
type annotations struct {
	*gen.Result
	dir    string  // that paths are relative to
	tasks  []*task // those of the package that is analyzed, in order
	states []*task // its constructors of states
}

// all returns tasks and constructors.
func (found *annotations) all() []*task { return slices.Concat(found.tasks, found.states) }

// A task is an annotated function or method that is free of mistakes, or the constructor
// of a state, which runs where tasks do. It may stand for several, as instances of a
// generic one, which differ in nothing that matters here.
type task struct {
	gen.Listing
	suffixes []string // of all
	decl     *ast.FuncDecl
	fn       *types.Func
	ctx      *types.Var // the parameter for its context; nil if it has none
	test     bool       // it is in a test file
}

// name returns what messages call the task.
func (t *task) name() string { return nameOf(t.fn) }

// opens reports whether it is a constructor.
func (t *task) opens() bool { return t.Kind == gen.KindState }

// what returns the subject of messages.
func (t *task) what() string {
	if t.opens() {
		return "constructor " + t.name()
	}
	return "task " + t.name()
}

// nameOf returns what messages call a function: a method by its type, too, as package
// gen does.
func nameOf(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	of := types.Unalias(recv.Type())
	if p, ok := of.(*types.Pointer); ok {
		of = types.Unalias(p.Elem())
	}
	if named, ok := of.(*types.Named); ok {
		return named.Obj().Name() + "." + fn.Name()
	}
	return fn.Name()
}

// local reports whether the task never leaves the process.
func (t *task) local() bool { return t.Place == gen.Goroutines }

// named reports whether the task can use its context, under a name.
func (t *task) named() bool { return t.ctx != nil && t.ctx.Name() != "" && t.ctx.Name() != "_" }

func findTasks(pass *analysis.Pass, ask func(dir string) (*annotations, error)) (any, error) {
	dir := directory(pass)
	if dir == "" {
		return &annotations{Result: &gen.Result{}}, nil
	}
	found, err := ask(dir)
	if err != nil {
		return nil, err
	}
	at := map[string][]gen.Listing{}
	for _, l := range found.Listings {
		if line := lineOf(found.dir, l.Pos); l.Kind != gen.KindError {
			at[line] = append(at[line], l)
		}
	}
	for _, file := range pass.Files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			pos := pass.Fset.Position(fn.Name.Pos())
			if list := at[lineOf(found.dir, pos)]; list != nil {
				found.add(pass, list, fn)
			}
		}
	}
	return found, nil
}

// add notes a task, unless the type checker makes no sense of it.
func (found *annotations) add(pass *analysis.Pass, list []gen.Listing, decl *ast.FuncDecl) {
	fn, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func)
	if !ok || decl.Body == nil {
		return
	}
	t := &task{Listing: list[0], decl: decl, fn: fn, test: isTest(list[0].Pos.Filename)}
	for _, l := range list {
		t.suffixes = append(t.suffixes, l.Suffix)
	}
	if params := fn.Signature().Params(); params.Len() > 0 && isContext(params.At(0).Type()) {
		t.ctx = params.At(0)
	}
	if t.opens() {
		found.states = append(found.states, t)
		return
	}
	found.tasks = append(found.tasks, t)
}

// directory returns where the files of a package are, or "" for one without.
func directory(pass *analysis.Pass) string {
	for _, file := range pass.Files {
		name := pass.Fset.PositionFor(file.FileStart, false).Filename
		if base := filepath.Base(name); base != "_cgo_gotypes.go" && !strings.HasSuffix(base, ".cgo1.go") {
			return filepath.Dir(name)
		}
	}
	for _, file := range pass.Files { // what cgo makes of a file says where that is
		if name := pass.Fset.Position(file.Package).Filename; !strings.HasPrefix(filepath.Base(name), "_cgo_") {
			return filepath.Dir(name)
		}
	}
	return ""
}
