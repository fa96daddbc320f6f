package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// LostCtx reports tasks with a context that pass context.Background() or
// context.TODO() to what they call, or replace their context by it: when the call is
// canceled, times out or its pool closes, what they called goes on. Where another
// context is often meant it says nothing: in what a task defers, starts as a
// goroutine, does once its context has ended or because there is an error, which may be
// that, or releases, for calls that it submits and does not wait for, and for log/slog.
// Waits for other tasks are for [SelfWait]. Constructors of states are not looked at: what
// they open outlives their context.
var LostCtx = &analysis.Analyzer{
	Name: "lostctx",
	Doc: `report tasks that pass on another context than their own

A task learns by its context that its call was canceled or timed out. What it calls
with context.Background() does not: a goroutine keeps its slot until that returns, a
worker process is killed in the middle of it. Pass the task's context, or
context.WithoutCancel(ctx) where the work must go on.`,
	URL:      "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#LostCtx",
	Run:      checkLost,
	Requires: []*analysis.Analyzer{tasks, inspect.Analyzer},
}

func checkLost(pass *analysis.Pass) (any, error) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for _, t := range annotated(pass).tasks {
		t.calls(in, func(c inspector.Cursor, call *ast.CallExpr) {
			checkReplacement(pass, t, c, call)
			if !detached(pass.TypesInfo, c, call) && !putBy(pass.TypesInfo, t, in, c) {
				checkArguments(pass, t, call)
			}
		})
	}
	return nil, nil
}

// checkReplacement looks at a call whose value is assigned to the parameter that is
// the task's context.
func checkReplacement(pass *analysis.Pass, t *task, c inspector.Cursor, call *ast.CallExpr) {
	a, ok := c.Parent().Node().(*ast.AssignStmt)
	lost := t.background(pass.TypesInfo, call)
	if !ok || lost == "" || len(a.Lhs) != len(a.Rhs) || over(pass.TypesInfo, c) || isNilCase(pass.TypesInfo, t, c) {
		return
	}
	for i, left := range a.Lhs {
		id, ok := left.(*ast.Ident)
		if ok && a.Rhs[i] == call && t.ctx != nil && pass.TypesInfo.Uses[id] == t.ctx {
			pass.Report(analysis.Diagnostic{
				Pos: a.Pos(), End: a.End(),
				Message: "task " + t.name() + " replaces its context by " + lost + ", so what it calls goes on when the task's call is canceled or times out; " +
					"derive what you need from " + id.Name,
			})
		}
	}
}

// isNilCase reports whether a node is behind the condition that the task's context
// is nil.
func isNilCase(typed *types.Info, t *task, c inspector.Cursor) bool {
	for up := range c.Enclosing((*ast.IfStmt)(nil)) {
		cond, ok := up.Node().(*ast.IfStmt).Cond.(*ast.BinaryExpr)
		if !ok || cond.Op != token.EQL || !typed.Types[cond.Y].IsNil() {
			continue
		}
		if id, ok := cond.X.(*ast.Ident); ok && typed.Uses[id] == t.ctx {
			return true
		}
	}
	return false
}

// checkArguments looks at the contexts that a call is given.
func checkArguments(pass *analysis.Pass, t *task, call *ast.CallExpr) {
	sig, ok := pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return
	}
	for i, arg := range call.Args {
		if i >= sig.Params().Len() || !isContext(sig.Params().At(i).Type()) {
			continue
		}
		lost, name := t.background(pass.TypesInfo, arg), t.atHand(pass, arg)
		if lost == "" || lost == "nil" || name == "" {
			continue
		}
		pass.Report(analysis.Diagnostic{
			Pos: arg.Pos(), End: arg.End(),
			Message: "task " + t.name() + " passes " + lost + " to " + types.ExprString(call.Fun) +
				", which goes on when the task's call is canceled or times out; pass " + name,
			SuggestedFixes: passing(pass.TypesInfo, name, arg),
		})
	}
}

// releases are words that functions begin with which clean up, and have to when
// the task's context is over as well.
var releases = []string{"Abort", "Cleanup", "Close", "Delete", "Disconnect", "Flush", "Release", "Remove", "Rollback", "Shutdown", "Stop", "Unlock"}

// detached reports whether a call in a task is likely to have a context of its own
// on purpose, or is one that another analyzer looks at.
func detached(typed *types.Info, c inspector.Cursor, call *ast.CallExpr) bool {
	if waitsUnder(typed, call) != nil || over(typed, c) {
		return true
	}
	if e, ok := emitted(typed, call); ok && e.submits() && !kept(c) {
		return true
	}
	fn := typeutil.Callee(typed, call)
	if fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "log/slog" { // it takes values from a context, and waits for nothing
		return true
	}
	return fn != nil && slices.ContainsFunc(releases, func(word string) bool {
		return strings.HasPrefix(fn.Name(), word)
	})
}

// over reports whether a node is in a branch in which the task's context may be no
// longer of use.
func over(typed *types.Info, c inspector.Cursor) bool { return ended(typed, c) || failed(typed, c) }

// putBy reports whether a call is for later: what it returns, or the function literal
// that it is in, is assigned to a variable that the task uses only where its context may
// be over.
func putBy(typed *types.Info, t *task, in *inspector.Inspector, c inspector.Cursor) bool {
	if v := assigned(typed, c); v != nil && isContext(v.Type()) && usedLate(typed, t, in, v) {
		return true
	}
	for lit := range c.Enclosing((*ast.FuncLit)(nil)) {
		if v := assigned(typed, lit); v != nil && usedLate(typed, t, in, v) {
			return true
		}
	}
	return false
}

// assigned returns the variable that has the value of an expression, or the first of
// its values; nil if there is none.
func assigned(typed *types.Info, c inspector.Cursor) *types.Var {
	a, ok := c.Parent().Node().(*ast.AssignStmt)
	kind, i := c.ParentEdge()
	if !ok || kind != edge.AssignStmt_Rhs || i >= len(a.Lhs) {
		return nil
	}
	id, ok := a.Lhs[i].(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := typed.Defs[id].(*types.Var)
	return v
}

// usedLate reports whether a variable is used in the task, and only in what it defers, in
// branches in which its context may be over, and by what releases something.
func usedLate(typed *types.Info, t *task, in *inspector.Inspector, v *types.Var) bool {
	body, ok := in.Root().FindNode(t.decl.Body)
	used := false
	for c := range body.Preorder((*ast.Ident)(nil)) {
		if typed.Uses[c.Node().(*ast.Ident)] != v {
			continue
		}
		used = true
		call, argument := c.Parent().Node().(*ast.CallExpr)
		if !apart(c) && !over(typed, c) && !(argument && detached(typed, c.Parent(), call)) {
			return false
		}
	}
	return ok && used
}

// kept reports whether the value of a call is used: not that of a statement, nor
// one that is assigned to the blank identifier.
func kept(c inspector.Cursor) bool {
	switch parent := c.Parent().Node().(type) {
	case *ast.ExprStmt:
		return false
	case *ast.AssignStmt:
		if kind, i := c.ParentEdge(); kind == edge.AssignStmt_Rhs && i < len(parent.Lhs) {
			id, ok := parent.Lhs[i].(*ast.Ident)
			return !ok || id.Name != "_"
		}
	}
	return true
}

// ended reports whether a node is in a branch for when a context is over: one that
// receives from Done, or asks for Err.
func ended(typed *types.Info, c inspector.Cursor) bool {
	for up := range c.Enclosing((*ast.CommClause)(nil), (*ast.IfStmt)(nil)) {
		switch n := up.Node().(type) {
		case *ast.CommClause:
			if n.Comm != nil && asks(typed, n.Comm) {
				return true
			}
		case *ast.IfStmt:
			if asks(typed, n.Cond) || n.Init != nil && asks(typed, n.Init) {
				return true
			}
		}
	}
	return false
}

// asks reports whether a statement or expression calls Done, Err or Cause for a
// context.
func asks(typed *types.Info, n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Done" || sel.Sel.Name == "Err") {
			found = found || isContext(typed.TypeOf(sel.X))
		}
		found = found || is(typeutil.Callee(typed, call), "context", "Cause")
		return !found
	})
	return found
}
