package vet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// failed reports whether a node is only executed because there is an error: in a branch
// for it, or behind one that returns if there is none. The error may be that the task's
// context has ended.
func failed(typed *types.Info, c inspector.Cursor) bool {
	for up := c; up.Node() != nil; up = up.Parent() {
		switch kind, _ := up.ParentEdge(); kind {
		case edge.IfStmt_Body, edge.IfStmt_Else:
			then, otherwise := branches(typed, up.Parent().Node().(*ast.IfStmt))
			if kind == edge.IfStmt_Body && then || kind == edge.IfStmt_Else && otherwise {
				return true
			}
		case edge.CaseClause_Body:
			if isErrorCase(typed, up.Parent()) {
				return true
			}
			fallthrough
		case edge.BlockStmt_List, edge.CommClause_Body:
			if behindSuccess(typed, up) {
				return true
			}
		case edge.FuncDecl_Body, edge.Invalid:
			return false
		}
	}
	return false
}

// behindSuccess reports whether a statement comes after one in its list that leaves the
// list unless there is an error.
func behindSuccess(typed *types.Info, c inspector.Cursor) bool {
	for before, ok := c.PrevSibling(); ok; before, ok = before.PrevSibling() {
		s, isIf := before.Node().(*ast.IfStmt)
		if !isIf || s.Else != nil || !leaves(s.Body) {
			continue
		}
		if _, otherwise := branches(typed, s); otherwise && !isNegatedPredicate(typed, s.Cond) {
			return true
		}
	}
	return false
}

// isNegatedPredicate reports whether a condition is that a function says no of an error,
// other than one of package errors: it may be one that says whether all is well.
func isNegatedPredicate(typed *types.Info, cond ast.Expr) bool {
	not, ok := ast.Unparen(cond).(*ast.UnaryExpr)
	if !ok {
		return false
	}
	call, ok := ast.Unparen(not.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := typeutil.Callee(typed, call)
	return fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "errors"
}

// leaves reports whether what follows a block is not executed after it.
func leaves(block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	switch last := block.List[len(block.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok != token.FALLTHROUGH
	}
	return false
}

// branches reports which branches of a statement are for an error.
func branches(typed *types.Info, s *ast.IfStmt) (then, otherwise bool) {
	if then, otherwise = implies(typed, s.Cond); then || otherwise {
		return then, otherwise
	}
	a, ok := s.Init.(*ast.AssignStmt) // if e, ok := err.(*T); ok
	if !ok || len(a.Rhs) != 1 || !ofError(typed, a.Rhs[0]) {
		return false, false
	}
	switch cond := ast.Unparen(s.Cond).(type) {
	case *ast.Ident:
		return true, false
	case *ast.UnaryExpr:
		return false, cond.Op == token.NOT
	}
	return false, false
}

// implies reports whether a condition may hold, or may not hold, because there is an
// error.
func implies(typed *types.Info, cond ast.Expr) (holds, fails bool) {
	switch e := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			holds, fails = implies(typed, e.X)
			return fails, holds
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR:
			h, f := implies(typed, e.X)
			holds, fails = implies(typed, e.Y)
			holds, fails = h || holds, f || fails
			if holds && fails { // as of err != nil && err != io.EOF: behind it there mostly is none
				return e.Op == token.LAND, e.Op == token.LOR
			}
			return holds, fails
		case token.EQL, token.NEQ:
			if !isError(typed, e.X) && !isError(typed, e.Y) {
				return false, false
			}
			none := typed.Types[e.X].IsNil() || typed.Types[e.Y].IsNil()
			equal := e.Op == token.EQL
			return equal != none, equal == none
		}
	case *ast.CallExpr:
		return ofError(typed, e), false
	}
	return false, false
}

// ofError reports whether an expression asks what an error is: a call that is given one,
// such as errors.Is, or a type assertion.
func ofError(typed *types.Info, expr ast.Expr) bool {
	switch e := ast.Unparen(expr).(type) {
	case *ast.CallExpr:
		for _, arg := range e.Args {
			if isError(typed, arg) {
				return true
			}
		}
	case *ast.TypeAssertExpr:
		return isError(typed, e.X)
	}
	return false
}

// isErrorCase reports whether a clause of a switch is for an error.
func isErrorCase(typed *types.Info, clause inspector.Cursor) bool {
	list := clause.Node().(*ast.CaseClause).List
	block := clause.Parent()
	switch s := block.Parent().Node().(type) {
	case *ast.SwitchStmt:
		if s.Tag == nil {
			return isErrorCondition(typed, list, s.Body)
		}
		return isError(typed, s.Tag) && !hasNil(typed, list)
	case *ast.TypeSwitchStmt:
		found := false
		ast.Inspect(s.Assign, func(n ast.Node) bool {
			assert, ok := n.(*ast.TypeAssertExpr)
			found = found || ok && isError(typed, assert.X)
			return !found
		})
		return found && !hasNil(typed, list)
	}
	return false
}

// isErrorCondition reports whether a clause of a switch without a tag is for an error:
// it has such a condition, or is the default beside one for there being none.
func isErrorCondition(typed *types.Info, list []ast.Expr, body *ast.BlockStmt) bool {
	for _, cond := range list {
		if holds, _ := implies(typed, cond); holds {
			return true
		}
	}
	if list != nil {
		return false
	}
	for _, s := range body.List {
		for _, cond := range s.(*ast.CaseClause).List {
			if _, fails := implies(typed, cond); fails {
				return true
			}
		}
	}
	return false
}

// hasNil reports whether one of the expressions of a case is nil.
func hasNil(typed *types.Info, list []ast.Expr) bool {
	for _, e := range list {
		if typed.Types[e].IsNil() {
			return true
		}
	}
	return false
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// isError reports whether an expression is an error, and not just nil.
func isError(typed *types.Info, expr ast.Expr) bool {
	t := typed.TypeOf(expr)
	return t != nil && !typed.Types[expr].IsNil() && types.Implements(t, errorType)
}
