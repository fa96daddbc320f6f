package vet

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// background returns what makes an expression a context that never ends and has
// nothing to do with any task: "context.Background()", "context.TODO()", "nil", or
// the name of a variable that is just that; "" if it is something else.
func (t *task) background(typed *types.Info, expr ast.Expr) string {
	switch e := ast.Unparen(expr).(type) {
	case *ast.CallExpr:
		fn := typeutil.Callee(typed, e)
		for _, name := range []string{"Background", "TODO"} {
			if is(fn, "context", name) {
				return "context." + name + "()"
			}
		}
	case *ast.Ident:
		if typed.Types[e].IsNil() {
			return "nil"
		}
		v, ok := typed.Uses[e].(*types.Var)
		if ok && t.decl.Body.Pos() <= v.Pos() && t.isBackground(typed, v) {
			return e.Name
		}
	}
	return ""
}

// isBackground reports whether a variable that the task declares is assigned once,
// and context.Background().
func (t *task) isBackground(typed *types.Info, v *types.Var) bool {
	assigned, background := 0, false
	ast.Inspect(t.decl.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, left := range a.Lhs {
			id, ok := left.(*ast.Ident)
			if !ok || typed.ObjectOf(id) != v {
				continue
			}
			assigned++
			if len(a.Lhs) == len(a.Rhs) {
				_, call := ast.Unparen(a.Rhs[i]).(*ast.CallExpr)
				background = call && t.background(typed, a.Rhs[i]) != ""
			}
		}
		return true
	})
	return assigned == 1 && background
}

// atHand returns the name of the context that the task has at a node: its own, or
// one derived from it under the same name. It is "" if there is none.
func (t *task) atHand(pass *analysis.Pass, n ast.Node) string {
	if !t.named() {
		return ""
	}
	scope := pass.Pkg.Scope().Innermost(n.Pos())
	if scope == nil {
		return ""
	}
	_, obj := scope.LookupParent(t.ctx.Name(), n.Pos())
	v, ok := obj.(*types.Var)
	if !ok || !isContext(v.Type()) {
		return ""
	}
	return v.Name()
}

// passing is the fix that passes a context instead of expr. There is none for a
// variable, which nobody might use then.
func passing(typed *types.Info, name string, expr ast.Expr) []analysis.SuggestedFix {
	if _, ok := ast.Unparen(expr).(*ast.Ident); name == "" || ok && !typed.Types[expr].IsNil() {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   "Pass " + name,
		TextEdits: []analysis.TextEdit{{Pos: expr.Pos(), End: expr.End(), NewText: []byte(name)}},
	}}
}

// apart reports whether a node runs on another goroutine than its function, or
// when that is over: there a context of its own is often meant.
func apart(c inspector.Cursor) bool {
	for range c.Enclosing((*ast.GoStmt)(nil), (*ast.DeferStmt)(nil)) {
		return true
	}
	return false
}

// calls visits the calls in the body of the task that run as part of it.
func (t *task) calls(in *inspector.Inspector, visit func(c inspector.Cursor, call *ast.CallExpr)) {
	body, ok := in.Root().FindNode(t.decl.Body)
	if !ok {
		return
	}
	for c := range body.Preorder((*ast.CallExpr)(nil)) {
		if !apart(c) {
			visit(c, c.Node().(*ast.CallExpr))
		}
	}
}
