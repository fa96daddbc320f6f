package vet

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// areWorkers reports whether t is *runtime.Workers of something.
func areWorkers(t types.Type) bool { return isPointer(t, runtimePath, "Workers") }

// makesWorkers returns what is known of a call of NewXWorkers, a function that was
// generated for the constructor of a state: which executor the workers are of.
func makesWorkers(typed *types.Info, call *ast.CallExpr) (emittedCall, bool) {
	fn := typeutil.StaticCallee(typed, call)
	if fn == nil || len(call.Args) == 0 || fn.Signature().Recv() != nil {
		return emittedCall{}, false
	}
	params, results := fn.Signature().Params(), fn.Signature().Results()
	ok := params.Len() > 0 && isType(params.At(0).Type(), runtimePath, "Executor") && results.Len() == 1 && areWorkers(results.At(0).Type())
	return emittedCall{fn, call.Args[0]}, ok
}

// workersMade are the variables and fields of workers, with the executor that these
// were made of; nil for one that cannot be told, as they are set in several places, or
// to what comes from elsewhere.
type workersMade map[types.Object]ast.Expr

func findWorkers(typed *types.Info, in *inspector.Inspector) workersMade {
	made := workersMade{}
	set := func(to, value ast.Expr) {
		v := variable(typed, to)
		if v == nil || !areWorkers(v.Type()) {
			return
		}
		_, twice := made[v]
		made[v] = nil
		if call, ok := ast.Unparen(value).(*ast.CallExpr); ok && !twice {
			if e, ok := makesWorkers(typed, call); ok {
				made[v] = e.executor
			}
		}
	}
	for c := range in.Root().Preorder((*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil), (*ast.KeyValueExpr)(nil)) {
		switch n := c.Node().(type) {
		case *ast.AssignStmt:
			for i := range n.Lhs {
				set(n.Lhs[i], n.Rhs[min(i, len(n.Rhs)-1)])
			}
		case *ast.ValueSpec:
			for i := range n.Values {
				set(n.Names[min(i, len(n.Names)-1)], n.Values[i])
			}
		case *ast.KeyValueExpr: // of a struct
			set(n.Key, n.Value)
		}
	}
	return made
}

// variable returns the variable or field that an expression names, or nil.
func variable(typed *types.Info, expr ast.Expr) *types.Var {
	var id *ast.Ident
	switch e := ast.Unparen(expr).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	default:
		return nil
	}
	v, _ := typed.ObjectOf(id).(*types.Var)
	return v
}

// executor returns the executor that workers are of, or expr if it stands for another
// executor or there is no telling.
func (made workersMade) executor(typed *types.Info, expr ast.Expr) ast.Expr {
	if call, ok := ast.Unparen(expr).(*ast.CallExpr); ok {
		if e, ok := makesWorkers(typed, call); ok {
			return e.executor
		}
	}
	if v := variable(typed, expr); v != nil && made[v] != nil {
		return made[v]
	}
	return expr
}
