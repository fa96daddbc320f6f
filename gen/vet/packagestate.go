package vet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// PackageState reports tasks, other than local ones, that write a package variable
// which code outside of tasks reads, or which is exported: in a worker process the
// task writes that process's own copy, and nobody ever sees it. Sends on a channel
// of package level count as writes.
//
// A variable that only tasks use, as a cache, is nobody's business; nor is one that is
// made where it is needed first, in a sync.Once or once it has been found to be empty;
// nor any in a task that the package submits only to executors of its own process.
// Tests and init functions are not looked at.
var PackageState = &analysis.Analyzer{
	Name: "packagestate",
	Doc: `report writes of tasks to package variables that others read

Package variables of a worker process are its own. A counter that a task increments
there, or a map that it fills, stays as it was in the program that submitted the
call. Return the value, or mark the task "local" if it runs on goroutines only.`,
	URL:      "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#PackageState",
	Run:      checkState,
	Requires: []*analysis.Analyzer{tasks, inspect.Analyzer},
}

func checkState(pass *analysis.Pass) (any, error) {
	if len(annotated(pass).tasks) == 0 {
		return nil, nil
	}
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	s := &stateCheck{pass: pass, in: in, reach: newReach(pass), inTasks: map[*types.Func]bool{}, written: map[*types.Func][]change{}}
	var crossing []*task
	calls := submissions(pass.TypesInfo, in)
	for _, t := range annotated(pass).tasks {
		for fn := range s.reach.from(t.fn) {
			s.inTasks[fn] = true
		}
		if !t.local() && !t.test && !calls.stays(pass.TypesInfo, t) {
			crossing = append(crossing, t)
		}
	}
	if len(crossing) > 0 {
		s.findReaders()
	}
	for _, t := range crossing {
		reached := s.reach.from(t.fn)
		for _, fn := range s.reach.order {
			if reached[fn] {
				s.check(t, fn)
			}
		}
	}
	return nil, nil
}

// A stateCheck is the work on one package.
type stateCheck struct {
	pass    *analysis.Pass
	in      *inspector.Inspector
	reach   *reach
	inTasks map[*types.Func]bool     // what tasks reach, local ones too
	readers map[*types.Var]string    // the first that reads it
	written map[*types.Func][]change // what writes has found already
	told    map[token.Pos]bool
}

// findReaders notes who, outside of tasks, reads the variables of the package.
func (s *stateCheck) findReaders() {
	s.readers, s.told = map[*types.Var]string{}, map[token.Pos]bool{}
	for _, fn := range s.reach.order {
		decl := s.reach.decls[fn]
		if s.inTasks[fn] || fn.Name() == "init" || isTest(s.pass.Fset.Position(decl.Pos()).Filename) {
			continue
		}
		written := map[*ast.Ident]bool{}
		for _, w := range s.writes(fn) {
			written[w.id] = true
		}
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if v, isVar := s.pass.TypesInfo.Uses[id].(*types.Var); ok && isVar && !written[id] && s.readers[v] == "" {
				s.readers[v] = fn.Name()
			}
			return true
		})
	}
}

// check reports the writes of a function that a task reaches.
func (s *stateCheck) check(t *task, fn *types.Func) {
	for _, w := range s.writes(fn) {
		v := s.pass.TypesInfo.Uses[w.id].(*types.Var)
		seen := "which " + s.readers[v] + " reads"
		if s.readers[v] == "" {
			seen = "which other packages may read"
		}
		if s.readers[v] == "" && (!v.Exported() || s.pass.Pkg.Name() == "main") || s.told[w.pos] {
			continue
		}
		s.told[w.pos] = true
		who := "task " + t.fn.Name()
		if fn != t.fn {
			who += ", by way of " + fn.Name() + ","
		}
		lost := "in a worker process it writes that process's own copy"
		if w.verb == "sends on" {
			lost, seen = "in a worker process nobody receives that", ""
		}
		s.pass.Report(analysis.Diagnostic{Pos: w.pos, Message: who + " " + w.verb + " package variable " + v.Name() + comma(seen) + ": " +
			lost + "; return the value, or mark the task local"})
	}
}

func comma(s string) string {
	if s == "" {
		return ""
	}
	return ", " + s
}

// A change is a write to a package variable, or to what it leads to.
type change struct {
	id   *ast.Ident // the variable
	pos  token.Pos
	verb string
}

// writes returns the writes of a function, its function literals included, other
// than those that make what a variable is for.
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
		verb := "writes"
		var targets []ast.Expr
		switch n := c.Node().(type) {
		case *ast.AssignStmt:
			targets = n.Lhs
		case *ast.IncDecStmt:
			targets = []ast.Expr{n.X}
		case *ast.SendStmt:
			targets, verb = []ast.Expr{n.Chan}, "sends on"
		case *ast.CallExpr:
			targets = s.changed(n)
		}
		for _, target := range targets {
			if id := s.variable(target); id != nil && !s.lazy(c, id) {
				list = append(list, change{id, target.Pos(), verb})
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
