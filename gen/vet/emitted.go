package vet

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/offing-go/offing/templates"
)

const (
	runtimePath = templates.RuntimePath
	processPath = runtimePath + "/process"
)

// is reports whether an object is the one of that name in a package.
func is(obj types.Object, path, name string) bool {
	return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == path && obj.Name() == name
}

// isType reports whether t is a declared type, or an instance of one.
func isType(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && is(named.Origin().Obj(), path, name)
}

// isPointer reports whether t is a pointer to such a type.
func isPointer(t types.Type, path, name string) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && isType(p.Elem(), path, name)
}

func isContext(t types.Type) bool { return isType(t, "context", "Context") }

// isFuture reports whether t is *runtime.Future of something.
func isFuture(t types.Type) bool { return isPointer(t, runtimePath, "Future") }

// areFutures reports whether t is a slice of futures.
func areFutures(t types.Type) bool {
	s, ok := types.Unalias(t).(*types.Slice)
	return ok && isFuture(s.Elem())
}

// isLocal reports whether all executors of type t run calls in this process.
func isLocal(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Local")
	_, ok := obj.(*types.Func)
	return ok
}

// An emittedCall is a call of a function that was generated for a task, or may
// have been: anything that takes a context and an executor, or
// workers with a state.
type emittedCall struct {
	fn       *types.Func
	executor ast.Expr // of workers, in a submitted, that which they were made of, if it can be told
}

// emitted returns what is known of a call of a generated function.
func emitted(typed *types.Info, call *ast.CallExpr) (emittedCall, bool) {
	fn := typeutil.StaticCallee(typed, call)
	if fn == nil || fn.Signature().Recv() != nil || len(call.Args) < 2 || fn.Pkg() == nil || fn.Pkg().Path() == runtimePath {
		return emittedCall{}, false
	}
	params := fn.Signature().Params()
	if params.Len() < 2 || !isContext(params.At(0).Type()) {
		return emittedCall{}, false
	}
	ex := params.At(1).Type()
	return emittedCall{fn, call.Args[1]}, isType(ex, runtimePath, "Executor") || isType(ex, runtimePath, "Local") || areWorkers(ex)
}

// A submitted is where the package that is analyzed calls generated functions, other
// than in generated files.
type submitted struct {
	calls map[string][]emittedCall // by the name of the function
	made  workersMade
}

func submissions(typed *types.Info, in *inspector.Inspector) submitted {
	s := submitted{map[string][]emittedCall{}, findWorkers(typed, in)}
	for c := range in.Root().Preorder((*ast.CallExpr)(nil)) {
		e, ok := emitted(typed, c.Node().(*ast.CallExpr))
		if !ok {
			e, ok = makesWorkers(typed, c.Node().(*ast.CallExpr))
		}
		if ok && !generated(c) {
			e.executor = s.made.executor(typed, e.executor)
			s.calls[e.fn.Name()] = append(s.calls[e.fn.Name()], e)
		}
	}
	return s
}

// of returns the calls of functions that were generated for a task of the package, or
// for a constructor.
func (s submitted) of(t *task) (list []emittedCall) {
	for _, name := range t.emitted() {
		for _, e := range s.calls[name] {
			if e.fn.Pkg() == t.fn.Pkg() {
				list = append(list, e)
			}
		}
	}
	return list
}

// emitted returns the names of the functions that are generated for t.
func (t *task) emitted() (names []string) {
	if t.opens() {
		return []string{"New" + t.suffixes[0] + "Workers"}
	}
	for _, suffix := range t.suffixes {
		for _, verb := range []string{"Submit", "SubmitAll", "Call", "Map", "Stream"} {
			names = append(names, verb+suffix)
		}
	}
	return names
}

// stays reports whether a task is submitted, and only to executors that run it in
// this process.
func (s submitted) stays(typed *types.Info, t *task) bool {
	list := s.of(t)
	return len(list) > 0 && !slices.ContainsFunc(list, func(e emittedCall) bool { return !isLocal(typed.TypeOf(e.executor)) })
}

// submits reports whether the function returns futures.
func (e emittedCall) submits() bool {
	results := e.fn.Signature().Results()
	return results.Len() == 1 && (isFuture(results.At(0).Type()) || areFutures(results.At(0).Type()))
}
