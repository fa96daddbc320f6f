package vet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// A change is a write to a package variable, or to what it leads to.
type change struct {
	id    *ast.Ident // the variable
	pos   token.Pos
	sends bool // on a channel
	lazy  bool // to make what the variable is for, where it is needed first
}

// writes returns the writes of a function, its function literals included.
func (s *stateCheck) writes(fn *types.Func) []change {
	list, known := s.written[fn]
	if known {
		return list
	}
	body, ok := s.in.Root().FindNode(s.reach.decls[fn].Body)
	if !ok {
		return nil
	}
	for c := range body.Preorder((*ast.AssignStmt)(nil), (*ast.IncDecStmt)(nil), (*ast.SendStmt)(nil), (*ast.CallExpr)(nil)) {
		var targets []ast.Expr
		_, sends := c.Node().(*ast.SendStmt)
		switch n := c.Node().(type) {
		case *ast.AssignStmt:
			targets = n.Lhs
		case *ast.IncDecStmt:
			targets = []ast.Expr{n.X}
		case *ast.SendStmt:
			targets = []ast.Expr{n.Chan}
		case *ast.CallExpr:
			targets = s.changed(n)
		}
		for _, target := range targets {
			if id := s.variable(target); id != nil {
				list = append(list, change{id, target.Pos(), sends, s.lazy(c, id)})
			}
		}
	}
	s.written[fn] = list
	return list
}

// lazy reports whether a variable is written in a function for sync.Once.Do, or
// behind a condition that it is empty.
func (s *stateCheck) lazy(c inspector.Cursor, id *ast.Ident) bool {
	for up := range c.Enclosing((*ast.IfStmt)(nil), (*ast.CallExpr)(nil)) {
		switch n := up.Node().(type) {
		case *ast.CallExpr:
			fn, ok := typeutil.Callee(s.pass.TypesInfo, n).(*types.Func)
			if ok && fn.Name() == "Do" && fn.Signature().Recv() != nil && isPointer(fn.Signature().Recv().Type(), "sync", "Once") {
				return true
			}
		case *ast.IfStmt:
			if s.asksForEmpty(n.Cond, s.pass.TypesInfo.Uses[id]) {
				return true
			}
		}
	}
	return false
}

// asksForEmpty reports whether a condition compares a variable, or its length, with
// nil or zero, or negates it.
func (s *stateCheck) asksForEmpty(cond ast.Expr, v types.Object) (found bool) {
	ast.Inspect(cond, func(n ast.Node) bool {
		var operand ast.Expr
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL && isZero(s.pass.TypesInfo.Types[n.Y]) {
				operand = n.X
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				operand = n.X
			}
		}
		if call, ok := operand.(*ast.CallExpr); ok && len(call.Args) == 1 {
			operand = call.Args[0] // len(v)
		}
		if operand != nil {
			id := s.variable(operand)
			found = found || id != nil && s.pass.TypesInfo.Uses[id] == v
		}
		return !found
	})
	return found
}

// isZero reports whether an expression is nil or a constant that is the zero value
// of its type.
func isZero(value types.TypeAndValue) bool {
	if value.Value == nil {
		return value.IsNil()
	}
	switch value.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(value.Value)
	case constant.String:
		return constant.StringVal(value.Value) == ""
	}
	return constant.Sign(value.Value) == 0
}

// variable returns the package variable that an expression is, is part of, or is
// reached by; nil if there is none.
func (s *stateCheck) variable(expr ast.Expr) *ast.Ident {
	for {
		switch e := expr.(type) {
		case *ast.ParenExpr:
			expr = e.X
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.SelectorExpr:
			expr = e.X
		case *ast.Ident:
			v, ok := s.pass.TypesInfo.Uses[e].(*types.Var)
			if ok && v.Parent() == s.pass.Pkg.Scope() {
				return e
			}
			return nil
		default:
			return nil
		}
	}
}

// changed returns what a call changes for certain: the operand of a built-in
// function, of an atomic operation or of a sync.Map.
func (s *stateCheck) changed(call *ast.CallExpr) []ast.Expr {
	if id, ok := call.Fun.(*ast.Ident); ok && len(call.Args) > 0 {
		if b, ok := s.pass.TypesInfo.Uses[id].(*types.Builtin); ok && slices.Contains([]string{"delete", "clear", "copy"}, b.Name()) {
			return call.Args[:1]
		}
	}
	fn, ok := typeutil.Callee(s.pass.TypesInfo, call).(*types.Func)
	if !ok || fn.Pkg() == nil || !changes(fn.Name()) {
		return nil
	}
	recv := fn.Signature().Recv()
	atomic := fn.Pkg().Path() == "sync/atomic"
	if !atomic && (recv == nil || !isPointer(recv.Type(), "sync", "Map")) {
		return nil
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && recv != nil {
		return []ast.Expr{sel.X}
	}
	if address, ok := call.Args[0].(*ast.UnaryExpr); ok && address.Op == token.AND {
		return []ast.Expr{address.X}
	}
	return nil
}

// changes reports whether the operation of that name, of package sync/atomic or
// of sync.Map, changes its operand.
func changes(name string) bool {
	return slices.ContainsFunc([]string{"Add", "And", "Clear", "CompareAnd", "Delete", "LoadAndDelete", "LoadOrStore", "Or", "Store", "Swap"},
		func(word string) bool { return strings.HasPrefix(name, word) })
}
