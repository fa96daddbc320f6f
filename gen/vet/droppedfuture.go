package vet

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// DroppedFuture reports calls of SubmitX and SubmitAllX, and of runtime.Then, that
// are a statement of their own, or stand behind go or defer: nobody ever learns how
// the call of the task ended. To assign the result to the blank identifier says
// that this is meant. What functions of one's own do with futures is not looked at.
var DroppedFuture = &analysis.Analyzer{
	Name: "droppedfuture",
	Doc: `report futures that are dropped

A statement that is only SubmitX(ctx, ex, ...) drops the future and with it the
error of the call: that the pool was closed, that a worker crashed, what the task
itself returned. Keep the future and ask for its Result, give it an OnDone, wait
with CallX, or write _ = SubmitX(...) where nobody needs to know.`,
	URL:      "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#DroppedFuture",
	Run:      checkDropped,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

func checkDropped(pass *analysis.Pass) (any, error) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for c := range in.Root().Preorder((*ast.ExprStmt)(nil), (*ast.GoStmt)(nil), (*ast.DeferStmt)(nil)) {
		var dropped ast.Expr
		switch n := c.Node().(type) {
		case *ast.ExprStmt:
			dropped = ast.Unparen(n.X)
		case *ast.GoStmt:
			dropped = n.Call
		case *ast.DeferStmt:
			dropped = n.Call
		}
		call, ok := dropped.(*ast.CallExpr)
		if !ok {
			continue
		}
		if text := droppedBy(pass.TypesInfo, call); text != "" && !generated(c) {
			pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: text})
		}
	}
	return nil, nil
}

// droppedBy returns what is wrong with a call whose result is not used, or "".
func droppedBy(typed *types.Info, call *ast.CallExpr) string {
	fn, ok := typeutil.Callee(typed, call).(*types.Func)
	if !ok {
		return ""
	}
	if is(fn, runtimePath, "Then") {
		return "the future that runtime.Then returns is dropped, so nobody learns of an error: keep it, or use OnDone for a function without a result"
	}
	name := fn.Name()
	suffix, ok := strings.CutPrefix(name, "Submit")
	of := typed.TypeOf(call)
	switch {
	case !ok || !ast.IsExported(suffix) || of == nil || fn.Signature().Recv() != nil:
		return ""
	case areFutures(of):
		return "the futures that " + name + " returns are dropped, so nobody learns of an error: keep them, or write _ = " + name + "(...) if that is meant"
	case isFuture(of):
		return "the future that " + name + " returns is dropped, so nobody learns of an error: keep it, wait with Call" + suffix +
			", or write _ = " + name + "(...) if that is meant"
	}
	return ""
}

// generated reports whether a node is in a generated file.
func generated(c inspector.Cursor) bool {
	for f := range c.Enclosing((*ast.File)(nil)) {
		return ast.IsGenerated(f.Node().(*ast.File))
	}
	return false
}
