package vet

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// A lead is the fact that a function calls process.NewPool or process.Main, itself or by
// way of others, those of other packages included.
type lead struct {
	Pool    bool
	Command bool // the workers of the pool may be another program
	Main    bool
}

func (*lead) AFact() {}

// String returns what the function leads to.
func (l *lead) String() string {
	var to []string
	for _, one := range []struct {
		does bool
		to   string
	}{{l.Pool && !l.Command, "pool"}, {l.Command, "pool of any command"}, {l.Main, "main"}} {
		if one.does {
			to = append(to, one.to)
		}
	}
	return "leads to " + strings.Join(to, " and ")
}

// with returns what two functions lead to together.
func (l lead) with(m lead) lead {
	return lead{l.Pool || m.Pool, l.Command || m.Command, l.Main || m.Main}
}

// An initMain is the fact that a package calls process.Main in an init function, or
// imports one that does.
type initMain struct{}

func (*initMain) AFact() {}

func (*initMain) String() string { return "init leads to main" }

// leads are what the functions of a package, and those of others that it names, lead to.
type leads struct {
	pass     *analysis.Pass
	reach    *reach
	of       map[*types.Func]lead // of the package
	initMain bool                 // when main of a program begins, process.Main has been called by an imported package
}

// findLeads returns the leads of a package; nil for one that has nothing to do with
// worker processes, as most that the drivers ask about.
func findLeads(pass *analysis.Pass) *leads {
	l := &leads{pass: pass, of: map[*types.Func]lead{}}
	concerned := len(pass.AllObjectFacts()) > 0
	for _, imported := range pass.Pkg.Imports() {
		begun := pass.ImportPackageFact(imported, new(initMain))
		l.initMain = l.initMain || begun
		concerned = concerned || begun || imported.Path() == processPath
	}
	if !concerned || pass.Pkg.Path() == processPath {
		return nil
	}
	l.reach = newReach(pass)
	handled := mentionsErrNoMain(pass)
	for _, fn := range l.reach.order {
		to := l.direct(l.reach.decls[fn].Body)
		if handled { // it does something else in a program without process.Main
			to.Pool, to.Command = false, false
		}
		l.of[fn] = to
	}
	l.spread()
	return l
}

// direct returns what a body leads to by what it calls, and by functions of other
// packages that it names.
func (l *leads) direct(body ast.Node) (to lead) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if is(typeutil.Callee(l.pass.TypesInfo, n), processPath, "NewPool") {
				to = to.with(lead{Pool: true, Command: mayHaveCommand(n)})
			}
		case *ast.Ident:
			to = to.with(l.foreign(n))
		}
		return true
	})
	return to
}

// foreign returns what the function of another package leads to that an identifier is the
// name of.
func (l *leads) foreign(id *ast.Ident) (to lead) {
	fn, ok := l.pass.TypesInfo.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg() == l.pass.Pkg {
		return to
	}
	if is(fn, processPath, "Main") {
		return lead{Main: true}
	}
	l.pass.ImportObjectFact(fn.Origin(), &to)
	return to
}

// spread gives to functions what those of the package that they name lead to.
func (l *leads) spread() {
	chosen := map[*types.Func]bool{}
	for _, fn := range l.reach.order {
		if l.chooses(fn) {
			chosen[fn] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, fn := range l.reach.order {
			to := l.of[fn]
			for _, next := range l.reach.mentions[fn] {
				to = to.with(l.of[next])
			}
			if chosen[fn] || to.Pool && l.asks(fn) {
				to.Pool, to.Command = false, false
			}
			changed = changed || to != l.of[fn]
			l.of[fn] = to
		}
	}
}

// chooses reports whether a function returns a runtime.Executor that may be one without
// processes: its callers decide, and there is no telling how.
func (l *leads) chooses(fn *types.Func) bool {
	results := fn.Signature().Results()
	for i := range results.Len() {
		if isType(results.At(i).Type(), runtimePath, "Executor") {
			for f := range l.reach.from(fn) {
				if namesGoroutines(l.pass.TypesInfo, l.reach.decls[f].Body) {
					return true
				}
			}
		}
	}
	return false
}

// asks reports whether a function names an executor without processes, and makes a pool, as
// far as is known, only if something holds: that decides, too.
func (l *leads) asks(fn *types.Func) bool {
	body := l.reach.decls[fn].Body
	return namesGoroutines(l.pass.TypesInfo, body) && l.onlyIf(body)
}

// onlyIf reports whether all pools that a body makes are made in branches.
func (l *leads) onlyIf(body ast.Node) bool {
	always := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			always = always || n.Init != nil && !l.onlyIf(n.Init) || !l.onlyIf(n.Cond)
			return false
		case *ast.CaseClause, *ast.CommClause:
			return false
		case *ast.CallExpr:
			always = always || is(typeutil.Callee(l.pass.TypesInfo, n), processPath, "NewPool")
		case *ast.Ident:
			own, _ := l.pass.TypesInfo.Uses[n].(*types.Func)
			always = always || l.foreign(n).Pool || l.of[own].Pool
		}
		return !always
	})
	return !always
}

// namesGoroutines reports whether a body names an executor of package runtime.
func namesGoroutines(typed *types.Info, body ast.Node) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			found = found || is(typed.Uses[id], runtimePath, "NewPool") || is(typed.Uses[id], runtimePath, "Inline")
		}
		return !found
	})
	return found
}

// export tells the packages that import this one.
func (l *leads) export() {
	if l.pass.Pkg.Name() != "main" && (l.initMain || initCallsMain(filesOf(l.pass, false))) {
		l.pass.ExportPackageFact(new(initMain))
	}
	for fn, to := range l.of {
		if to != (lead{}) && fn.Exported() && !isTest(l.pass.Fset.Position(fn.Pos()).Filename) {
			l.pass.ExportObjectFact(fn, &to)
		}
	}
}

// toMain reports whether main, or TestMain, has process.Main called by a function of
// another package, or a file may: one of the tests, or one that is none.
func (l *leads) toMain(tests bool) bool {
	if l.initMain {
		return true
	}
	for fn, to := range l.of {
		begins := fn.Signature().Recv() == nil && (fn.Name() == "main" && !tests || fn.Name() == "TestMain" && tests)
		if begins && to.Main {
			return true
		}
	}
	for id := range l.pass.TypesInfo.Uses {
		if l.foreign(id).Main && isTest(l.pass.Fset.Position(id.Pos()).Filename) == tests {
			return true
		}
	}
	return false
}
