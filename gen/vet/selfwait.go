package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// SelfWait reports tasks that wait for other calls under a context that is not
// theirs, and constructors of states, which run as part of a call. Only a wait under
// the task's own context gives its worker's slot back; any other keeps it, and on the
// pool that the task runs on, once all workers wait like that, nothing goes on.
//
// In a task with a context every wait under context.Background() is reported, with
// a fix. In a task without one, and for a wait by Done, it takes proof that the wait is
// for the task's own pool: a package variable to which the package submits both.
var SelfWait = &analysis.Analyzer{
	Name: "selfwait",
	Doc: `report tasks that wait and keep their worker's slot

A task that waits for a call on its own pool must wait under its own context: that
is how the pool knows to lend the slot to others meanwhile (guarantee G7). With
f.Result(context.Background()) it keeps the slot, and when every worker does, all
wait for ever. The same holds for CallX, MapX, StreamX, runtime.Wait, AsCompleted,
Collect and First.`,
	URL:      "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#SelfWait",
	Run:      checkWaits,
	Requires: []*analysis.Analyzer{tasks, inspect.Analyzer},
}

func checkWaits(pass *analysis.Pass) (any, error) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	found := annotated(pass)
	if len(found.all()) == 0 {
		return nil, nil
	}
	calls := submissions(pass.TypesInfo, in)
	for _, t := range found.all() {
		t.calls(in, func(c inspector.Cursor, call *ast.CallExpr) {
			if ctx := waitsUnder(pass.TypesInfo, call); ctx != nil {
				checkWait(pass, calls, t, call, ctx)
			}
			if receivesDone(pass.TypesInfo, c, call) {
				checkDone(pass, calls, t, call)
			}
		})
	}
	return nil, nil
}

// receivesDone reports whether a call is f.Done() of a future, in a statement that
// waits for it and for nothing else.
func receivesDone(typed *types.Info, c inspector.Cursor, call *ast.CallExpr) bool {
	fn, ok := typeutil.Callee(typed, call).(*types.Func)
	if !ok || fn.Name() != "Done" || fn.Signature().Recv() == nil || !isFuture(fn.Signature().Recv().Type()) {
		return false
	}
	receive, ok := c.Parent().Node().(*ast.UnaryExpr)
	if !ok || receive.Op != token.ARROW {
		return false
	}
	for up := range c.Enclosing((*ast.CommClause)(nil)) {
		if comm := up.Node().(*ast.CommClause).Comm; comm != nil && comm.Pos() <= call.Pos() && call.End() <= comm.End() {
			return false
		}
	}
	return true
}

// checkDone looks at a wait for the Done channel of a future, which no context has a
// part in.
func checkDone(pass *analysis.Pass, calls submitted, t *task, call *ast.CallExpr) {
	if pool := ownPool(pass.TypesInfo, calls, t, call); pool != "" {
		pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: t.what() + " waits by Done for a call on " + pool +
			", on which it runs itself, and keeps its worker's slot meanwhile, which can block the pool for ever; ask for the Result under the task's context"})
	}
}

// waiting are the functions of package runtime that wait under their first
// argument.
var waiting = []string{"Wait", "AsCompleted", "Collect", "First", "Map", "Stream"}

// waitsUnder returns the context under which a call waits for calls of tasks, or
// nil if it does not wait.
func waitsUnder(typed *types.Info, call *ast.CallExpr) ast.Expr {
	fn, ok := typeutil.Callee(typed, call).(*types.Func)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	if recv := fn.Signature().Recv(); recv != nil {
		if fn.Name() == "Result" && isFuture(recv.Type()) {
			return call.Args[0]
		}
		return nil
	}
	for _, name := range waiting {
		if is(fn, runtimePath, name) {
			return call.Args[0]
		}
	}
	if e, ok := emitted(typed, call); ok && !e.submits() {
		return call.Args[0]
	}
	return nil
}

// checkWait looks at a wait in a task.
func checkWait(pass *analysis.Pass, calls submitted, t *task, call *ast.CallExpr, ctx ast.Expr) {
	under := t.background(pass.TypesInfo, ctx)
	if under == "" || here(pass.TypesInfo, calls, t, call) {
		return
	}
	diag := analysis.Diagnostic{Pos: ctx.Pos(), End: ctx.End()}
	name := t.atHand(pass, ctx)
	switch pool := ownPool(pass.TypesInfo, calls, t, call); {
	case name != "":
		diag.Message = t.what() + " waits under " + under + " and keeps its worker's slot meanwhile, which can block its pool for ever; pass " + name
		diag.SuggestedFixes = passing(pass.TypesInfo, name, ctx)
	case t.ctx != nil && !t.named():
		diag.Message = t.what() + " waits under " + under + " and keeps its worker's slot meanwhile, which can block its pool for ever; give its context a name and pass that"
	case t.ctx == nil && pool != "":
		diag.Message = t.what() + " waits for a call on " + pool + ", on which it runs itself, and keeps its worker's slot meanwhile, which can block the pool for ever; let it take a ctx context.Context and pass that"
	default:
		return
	}
	pass.Report(diag)
}

// here reports whether a wait is for a call that runs in place, or on a pool that
// the task has made for itself.
func here(typed *types.Info, calls submitted, t *task, call *ast.CallExpr) bool {
	ex := executorOf(typed, calls, t, call)
	if ex == nil {
		return false
	}
	if obj := objectOf(typed, ex); obj != nil {
		_, isVar := obj.(*types.Var)
		made := isVar && t.decl.Body.Pos() <= obj.Pos() && obj.Pos() < t.decl.Body.End()
		return is(obj, runtimePath, "Inline") || made && isPool(obj.Type())
	}
	return false
}

func isPool(t types.Type) bool {
	return isPointer(t, runtimePath, "Pool") || isPointer(t, processPath, "Pool")
}

// executorOf returns the executor of the call that a wait is for, nil if it cannot
// be told. That of workers is the one that they were made of.
func executorOf(typed *types.Info, calls submitted, t *task, call *ast.CallExpr) ast.Expr {
	if e, ok := emitted(typed, call); ok {
		return calls.made.executor(typed, e.executor)
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	submit := ast.Unparen(sel.X)
	if id, ok := submit.(*ast.Ident); ok {
		submit = t.definition(typed, typed.Uses[id])
	}
	if call, ok := submit.(*ast.CallExpr); ok {
		if e, ok := emitted(typed, call); ok {
			return calls.made.executor(typed, e.executor)
		}
	}
	return nil
}

// definition returns the expression that a variable of the task is defined by, or
// nil.
func (t *task) definition(typed *types.Info, v types.Object) (value ast.Expr) {
	ast.Inspect(t.decl.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != len(a.Rhs) {
			return true
		}
		for i, left := range a.Lhs {
			if id, ok := left.(*ast.Ident); ok && v != nil && typed.Defs[id] == v {
				value = ast.Unparen(a.Rhs[i])
			}
		}
		return true
	})
	return value
}

// objectOf returns what a name, perhaps with that of a package, stands for.
func objectOf(typed *types.Info, expr ast.Expr) types.Object {
	switch e := ast.Unparen(expr).(type) {
	case *ast.Ident:
		return typed.Uses[e]
	case *ast.SelectorExpr:
		if _, field := typed.Selections[e]; !field {
			return typed.Uses[e.Sel]
		}
	}
	return nil
}

// ownPool returns the name of the package variable that the call which is waited
// for is submitted to, if the package submits the task itself to it; else "".
func ownPool(typed *types.Info, calls submitted, t *task, call *ast.CallExpr) string {
	ex := executorOf(typed, calls, t, call)
	if ex == nil {
		return ""
	}
	pool, ok := objectOf(typed, ex).(*types.Var)
	if !ok || pool.Pkg() == nil || pool.Parent() != pool.Pkg().Scope() {
		return ""
	}
	for _, e := range calls.of(t) {
		if objectOf(typed, e.executor) == pool {
			return pool.Name()
		}
	}
	return ""
}
