package vet

import (
	"go/ast"
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/offing-go/offing/gen"
)

// Unencodable reports what cannot cross to a worker process:
//
//   - types of parameters and results, by what the generator says of them;
//   - process pools for tasks that are local, which does not compile either;
//   - values that the union of their interface type does not list, as arguments of
//     generated functions and as results of tasks;
//   - values of the context that a task cannot do without, as in
//     ctx.Value(key).(*User), since the context of a worker process has none.
//
// The last two are not reported where it is known that the calls stay in the process.
var Unencodable = &analysis.Analyzer{
	Name: "unencodable",
	Doc: `report values that cannot cross to a worker process

The generator refuses types of parameters and results that cannot cross. This
analyzer says so in editors, and finds what the generator cannot see: a process pool
for a local task, a value of a type that the //offing:union of its interface does not
list, and values that a task takes from its context, which are not there in a worker
process.`,
	URL:              "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#Unencodable",
	Run:              checkEncodable,
	Requires:         []*analysis.Analyzer{tasks, inspect.Analyzer},
	RunDespiteErrors: true,
}

func checkEncodable(pass *analysis.Pass) (any, error) {
	found := annotated(pass)
	for _, d := range found.Diagnostics {
		if ofTypes(d.Code) {
			found.report(pass, d)
		}
	}
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	u := &unionCheck{pass: pass, known: map[string]gen.Union{}, asked: map[string]bool{directory(pass): true}, made: findWorkers(pass.TypesInfo, in)}
	u.learn(found.Result)
	local := found.locals(pass)
	for c := range in.Root().Preorder((*ast.CallExpr)(nil)) {
		call := c.Node().(*ast.CallExpr)
		if e, ok := emitted(pass.TypesInfo, call); ok && !generated(c) && !checkExecutor(pass, e, u.made, local) {
			u.arguments(e, call, 2)
		}
		if e, ok := makesWorkers(pass.TypesInfo, call); ok && !generated(c) {
			u.arguments(e, call, 1)
		}
	}
	if len(found.all()) == 0 {
		return nil, nil
	}
	calls := submissions(pass.TypesInfo, in)
	for _, t := range found.all() {
		if t.local() || calls.stays(pass.TypesInfo, t) {
			continue
		}
		if !t.opens() { // what that returns stays where it is
			u.results(in, t)
		}
		checkValues(pass, in, t)
	}
	return nil, nil
}

// locals returns the names of the functions that are generated for local tasks of the
// package: those on a state take workers of any executor.
func (found *annotations) locals(pass *analysis.Pass) map[string]bool {
	names := map[string]bool{}
	for _, t := range found.tasks {
		if t.local() && t.fn.Pkg() == pass.Pkg {
			for _, name := range t.emitted() {
				names[name] = true
			}
		}
	}
	return names
}

// checkExecutor reports a process pool for a local task, and whether there was one.
// local are those of the package.
func checkExecutor(pass *analysis.Pass, e emittedCall, made workersMade, local map[string]bool) bool {
	ex := e.fn.Signature().Params().At(1).Type()
	if areWorkers(ex) && e.fn.Pkg() == pass.Pkg && local[e.fn.Name()] {
		if !isPointer(pass.TypesInfo.TypeOf(made.executor(pass.TypesInfo, e.executor)), processPath, "Pool") {
			return false
		}
		pass.Report(analysis.Diagnostic{Pos: e.executor.Pos(), End: e.executor.End(), Message: e.fn.Name() +
			" takes workers of this process only, as its task is local; pass those of a *runtime.Pool, or make the task one whose values can cross and remove \"local\""})
		return true
	}
	if !isType(ex, runtimePath, "Local") || !isPointer(pass.TypesInfo.TypeOf(e.executor), processPath, "Pool") {
		return false
	}
	pass.Report(analysis.Diagnostic{Pos: e.executor.Pos(), End: e.executor.End(), Message: e.fn.Name() +
		" takes executors of this process only, as its task is local; pass a *runtime.Pool, or make the task one whose values can cross and remove \"local\""})
	return true
}

// checkValues looks for values of the context without which a task panics.
func checkValues(pass *analysis.Pass, in *inspector.Inspector, t *task) {
	body, ok := in.Root().FindNode(t.decl.Body)
	if !ok || t.ctx == nil {
		return
	}
	orLocal := ", or mark the task local"
	if t.opens() {
		orLocal = ""
	}
	for c := range body.Preorder((*ast.TypeAssertExpr)(nil)) {
		assert := c.Node().(*ast.TypeAssertExpr)
		call, ok := ast.Unparen(assert.X).(*ast.CallExpr)
		if !ok || assert.Type == nil || optional(c) {
			continue
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Value" {
			continue
		}
		if id, ok := sel.X.(*ast.Ident); ok && pass.TypesInfo.Uses[id] == t.ctx {
			pass.Report(analysis.Diagnostic{Pos: assert.Pos(), End: assert.End(), Message: t.what() +
				" takes a value from its context, which a worker process does not have, so the assertion panics there; pass it as a parameter" + orLocal})
		}
	}
}

// optional reports whether a type assertion is one with two results.
func optional(c inspector.Cursor) bool {
	switch parent := c.Parent().Node().(type) {
	case *ast.AssignStmt:
		return len(parent.Lhs) == 2 && len(parent.Rhs) == 1
	case *ast.ValueSpec:
		return len(parent.Names) == 2 && len(parent.Values) == 1
	}
	return false
}

// A unionCheck looks at values of interface types with //offing:union.
// They are of the package of the task, as the generator has it.
type unionCheck struct {
	pass  *analysis.Pass
	of    *types.Package       // of the task
	known map[string]gen.Union // by id
	asked map[string]bool      // directories of which we know all
	made  workersMade
}

func (u *unionCheck) learn(res *gen.Result) {
	for _, union := range res.Unions {
		u.known[union.ID] = union
	}
}

// arguments looks at the arguments of a generated function, from number first on.
func (u *unionCheck) arguments(e emittedCall, call *ast.CallExpr, first int) {
	if isLocal(u.pass.TypesInfo.TypeOf(u.made.executor(u.pass.TypesInfo, e.executor))) {
		return
	}
	u.of = e.fn.Pkg()
	params := e.fn.Signature().Params()
	for i, arg := range call.Args[first:] {
		last := params.Len() - 1
		switch at := min(i+first, last); {
		case at == last && e.fn.Signature().Variadic() && !call.Ellipsis.IsValid():
			if s, ok := params.At(at).Type().(*types.Slice); ok {
				u.value(s.Elem(), arg)
			}
		default:
			u.value(params.At(at).Type(), arg)
		}
	}
}

// results looks at what a task returns.
func (u *unionCheck) results(in *inspector.Inspector, t *task) {
	body, ok := in.Root().FindNode(t.decl.Body)
	if !ok {
		return
	}
	u.of = u.pass.Pkg
	results := t.fn.Signature().Results()
	for c := range body.Preorder((*ast.ReturnStmt)(nil)) {
		list := c.Node().(*ast.ReturnStmt).Results
		literal := false
		for range c.Enclosing((*ast.FuncLit)(nil)) {
			literal = true
		}
		for i := range list {
			if !literal && len(list) == results.Len() {
				u.value(results.At(i).Type(), list[i])
			}
		}
	}
}

// value looks at a value that is given for type t, and into it if it is a literal.
func (u *unionCheck) value(t types.Type, expr ast.Expr) {
	is := u.pass.TypesInfo.TypeOf(expr)
	if is == nil {
		return
	}
	if union, ok := u.union(t); ok && !types.IsInterface(is) && !u.pass.TypesInfo.Types[expr].IsNil() {
		if !union.Holds(is) {
			local := types.RelativeTo(u.pass.Pkg)
			u.pass.Report(analysis.Diagnostic{Pos: expr.Pos(), End: expr.End(), Message: "a value of type " + types.TypeString(is, local) +
				" cannot cross to a worker process as " + types.TypeString(t, local) + ", whose //offing:union does not list it; add it there"})
			return
		}
	}
	if address, ok := ast.Unparen(expr).(*ast.UnaryExpr); ok {
		expr = address.X
	}
	if lit, ok := ast.Unparen(expr).(*ast.CompositeLit); ok {
		u.literal(lit)
	}
}

// literal looks at the elements of a composite literal.
func (u *unionCheck) literal(lit *ast.CompositeLit) {
	of := u.pass.TypesInfo.TypeOf(lit)
	if p, ok := of.(*types.Pointer); ok { // {...} in a slice of pointers
		of = p.Elem()
	}
	if of == nil {
		return
	}
	for i, elem := range lit.Elts {
		kv, keyed := elem.(*ast.KeyValueExpr)
		value := elem
		if keyed {
			value = kv.Value
		}
		switch of := of.Underlying().(type) {
		case *types.Slice:
			u.value(of.Elem(), value)
		case *types.Array:
			u.value(of.Elem(), value)
		case *types.Map:
			u.value(of.Elem(), value)
		case *types.Struct:
			if !keyed && i < of.NumFields() {
				u.value(of.Field(i).Type(), value)
			} else if key, ok := keyOf(kv); ok && u.pass.TypesInfo.Uses[key] != nil {
				u.value(u.pass.TypesInfo.Uses[key].Type(), value)
			}
		}
	}
}

// keyOf returns the name of the field that an element is for.
func keyOf(kv *ast.KeyValueExpr) (*ast.Ident, bool) {
	if kv == nil {
		return nil, false
	}
	key, ok := kv.Key.(*ast.Ident)
	return key, ok
}

// union returns the union that a type is. For one of another package that asks the
// generator about the directory of its source; if that is not there, the type is
// taken for none.
func (u *unionCheck) union(t types.Type) (gen.Union, bool) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || !types.IsInterface(t) || named.Obj().Pkg() != u.of {
		return gen.Union{}, false
	}
	id := named.Obj().Pkg().Path() + "." + named.Obj().Name()
	found, ok := u.known[id]
	if dir := filepath.Dir(u.pass.Fset.Position(named.Obj().Pos()).Filename); !ok && !u.asked[dir] {
		u.asked[dir] = true
		if res, err := gen.Generate(gen.Config{Dir: dir}); err == nil {
			u.learn(res)
		}
		found, ok = u.known[id]
	}
	return found, ok
}
