package vet

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// ProcessMain reports pools of worker processes in programs that cannot be workers:
// workers are the same program, started again, so main, or TestMain in a test
// binary, has to begin with process.Main(). It looks at
//
//   - main packages that make a pool, other than in tests, or name a function of another
//     package that leads to one;
//   - packages whose tests make one, by themselves or by way of functions of any
//     package, unless they mention process.ErrNoMain;
//   - pools that are made for a package variable or in init, which is before
//     anything that main could do.
//
// Which functions lead to a pool is a fact that packages have of those that they import.
// Calls by way of an interface are not seen, nor is a pool of a package that mentions
// process.ErrNoMain, nor one that a function returns as a runtime.Executor which it may
// also make of goroutines. [Run] looks for such functions in the packages that it analyzes
// and in those of the same module, go vet in all. What only sets something, such
// as log.SetFlags and flag.Parse, may come before process.Main; where Config.Command
// names another program anything may. The fixes write the line, move it, or write
// TestMain.
var ProcessMain = &analysis.Analyzer{
	Name: "processmain",
	Doc: `report process pools in programs that do not begin with process.Main()

A worker process is the same program, run again, and process.Main() is what makes it
serve tasks and exit. Without it NewPool fails with process.ErrNoMain, whichever package
of the program calls it; with other statements before it, every worker executes those
first. In tests the line belongs into TestMain.`,
	URL:       "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#ProcessMain",
	Run:       checkMain,
	FactTypes: []analysis.Fact{new(lead), new(initMain)},
}

func checkMain(pass *analysis.Pass) (any, error) {
	l := findLeads(pass)
	if l == nil {
		return nil, nil
	}
	l.export()
	pools := findPools(pass, l)
	if len(pools) == 0 {
		return nil, nil
	}
	var inMain, inTests []pool
	var tested map[*types.Func]*ast.FuncDecl
	for _, p := range pools {
		if p.early() && !l.initMain {
			pass.Report(analysis.Diagnostic{Pos: p.at.Pos(), End: p.at.End(), Message: "a process pool is made before main has called process.Main(), " +
				"so NewPool returns process.ErrNoMain; make it in a function that is called after that"})
			continue
		}
		if tested == nil {
			tested = reachedByTests(pass)
		}
		if pass.Pkg.Name() == "main" && !p.test {
			inMain = append(inMain, p)
		}
		if p.in != nil {
			fn, _ := pass.TypesInfo.Defs[p.in.Name].(*types.Func)
			p.tested = tested[fn]
		}
		if p.test || p.tested != nil {
			inTests = append(inTests, p)
		}
	}
	if len(inMain) > 0 {
		checkProgram(pass, l, inMain)
	}
	if len(inTests) > 0 && !mentionsErrNoMain(pass) {
		checkTests(pass, l, inTests)
	}
	return nil, nil
}

// A pool is a call of process.NewPool, or where a function of another package is named
// that leads to one.
type pool struct {
	at      ast.Node      // the call, or the name
	maker   string        // the name; empty for a call
	called  bool          // the maker is called where it is named
	in      *ast.FuncDecl // nil at package level
	literal bool          // in a function literal, so that there is no telling when it is called
	test    bool          // in a test file
	tested  *ast.FuncDecl // a test that leads to it; or nil
	command bool          // the workers may be another program
}

// early reports whether the pool is made before main begins.
func (p pool) early() bool {
	return (p.maker == "" || p.called) && !p.literal && (p.in == nil || p.in.Recv == nil && p.in.Name.Name == "init")
}

// findPools returns the pools of a package, but for those that function literals at
// package level make.
func findPools(pass *analysis.Pass, l *leads) (list []pool) {
	in := inspector.New(pass.Files) // not another analyzer's, which would run for every dependency
	for c := range in.Root().Preorder((*ast.CallExpr)(nil), (*ast.Ident)(nil)) {
		p := pool{at: c.Node(), test: isTest(pass.Fset.Position(c.Node().Pos()).Filename)}
		switch n := c.Node().(type) {
		case *ast.CallExpr:
			if !is(typeutil.Callee(pass.TypesInfo, n), processPath, "NewPool") {
				continue
			}
			p.command = mayHaveCommand(n)
		case *ast.Ident:
			to := l.foreign(n)
			if !to.Pool {
				continue
			}
			at := c
			if sel, ok := c.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel == n {
				p.at, at = sel, c.Parent()
			}
			kind, _ := at.ParentEdge()
			p.called = kind == edge.CallExpr_Fun
			p.maker, p.command = types.ExprString(p.at.(ast.Expr)), to.Command
		}
		for up := range c.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
			if decl, ok := up.Node().(*ast.FuncDecl); ok {
				p.in = decl
			} else {
				p.literal = true
			}
		}
		if p.in != nil || !p.literal || p.maker != "" {
			list = append(list, p)
		}
	}
	return list
}

// mayHaveCommand reports whether the configuration that NewPool is given names a
// program, or is not written out at the call.
func mayHaveCommand(call *ast.CallExpr) bool {
	if len(call.Args) != 1 {
		return false
	}
	config, ok := ast.Unparen(call.Args[0]).(*ast.CompositeLit)
	if !ok {
		return true
	}
	return slices.ContainsFunc(config.Elts, func(e ast.Expr) bool {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		id, ok := kv.Key.(*ast.Ident)
		return ok && id.Name == "Command"
	})
}

// checkProgram looks at main of a program that makes pools.
func checkProgram(pass *analysis.Pass, l *leads, pools []pool) {
	program := newProgram(pass.Files)
	main, ok := program["main"]
	if !ok {
		return // to be linked into a program of another language
	}
	b := program.beginning(main)
	switch {
	case b.main == nil && (b.elsewhere != nil || callsMain(filesOf(pass, false)) || l.toMain(false)): // by way of a method, another package, or in init
	case b.main == nil:
		pass.Report(analysis.Diagnostic{
			Pos: pools[0].at.Pos(), End: pools[0].at.End(),
			Message:        pools[0].prefix() + "NewPool returns process.ErrNoMain, as main does not call process.Main(): worker processes run this same program; begin main with that line",
			SuggestedFixes: beginWith(pass, main),
		})
	case b.before != nil && !slices.ContainsFunc(pools, func(p pool) bool { return p.command }):
		reportLate(pass, main, b, "main")
	}
}

// prefix returns how messages begin: empty, or that a function of another package leads to
// the pool.
func (p pool) prefix() string {
	if p.maker == "" {
		return ""
	}
	return p.maker + " leads to a process pool, and "
}

func reportLate(pass *analysis.Pass, of declared, b beginning, name string) {
	diag := analysis.Diagnostic{
		Pos: b.main.Pos(), End: b.main.End(),
		Message: name + " does not begin with process.Main(): every worker process executes " + types.ExprString(b.before.Fun) +
			" first; move process.Main() to the top, and what workers need into an init function",
	}
	if b.statement != nil {
		diag.SuggestedFixes = moveUp(of, b.statement)
	}
	pass.Report(diag)
}

// checkTests looks at TestMain of a package whose tests make pools.
func checkTests(pass *analysis.Pass, l *leads, pools []pool) {
	if initCallsMain(filesOf(pass, false)) || l.initMain {
		return
	}
	p := pools[0]
	fails := func(why string, fixes []analysis.SuggestedFix) {
		diag := analysis.Diagnostic{Pos: p.at.Pos(), End: p.at.End(), Message: "NewPool returns process.ErrNoMain, as " + why, SuggestedFixes: fixes}
		if !p.test { // what is wrong is in the test
			diag.Pos, diag.End = p.tested.Name.Pos(), p.tested.Name.End()
			diag.Message = p.tested.Name.Name + " leads to a process pool, and " + diag.Message
		} else {
			diag.Message = p.prefix() + diag.Message
		}
		pass.Report(diag)
	}
	all := everyTestMain(pass)
	if len(all) == 0 && !callsMain(filesOf(pass, true)) && !l.toMain(true) {
		fails("the test binary has no TestMain that calls process.Main(): worker processes run this same binary; write one", writeTestMain(pass, p))
	}
	for _, one := range all {
		b := one.program.beginning(one.declared)
		switch {
		case b.main == nil && (b.elsewhere != nil || callsMain(one.tests) || l.toMain(true) || !holds(pass, one.decl) && one.handsOver()):
		case b.main == nil:
			fails("TestMain does not call process.Main(): worker processes run this same binary; begin TestMain with that line", beginWith(pass, one.declared))
			return
		case b.before != nil && b.main != nil && holds(pass, b.main):
			reportLate(pass, one.declared, b, "TestMain")
		}
	}
}

// filesOf returns the files of the pass that are tests, or those that are none.
func filesOf(pass *analysis.Pass, tests bool) (list []*ast.File) {
	for _, file := range pass.Files {
		if isTest(pass.Fset.Position(file.Package).Filename) == tests {
			list = append(list, file)
		}
	}
	return list
}

// reachedByTests returns the functions that the tests of the pass lead to, each with
// the first such test.
func reachedByTests(pass *analysis.Pass) map[*types.Func]*ast.FuncDecl {
	reached := map[*types.Func]*ast.FuncDecl{}
	if len(filesOf(pass, true)) == 0 {
		return reached
	}
	r := newReach(pass)
	for _, fn := range r.order {
		decl := r.decls[fn]
		if decl.Recv == nil && isTest(pass.Fset.Position(decl.Pos()).Filename) && isTestName(fn.Name()) {
			for f := range r.from(fn) {
				if reached[f] == nil {
					reached[f] = decl
				}
			}
		}
	}
	return reached
}

// isTestName reports whether go test calls functions of that name.
func isTestName(name string) bool {
	for _, word := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if rest, ok := strings.CutPrefix(name, word); ok && name != "TestMain" {
			first, _ := utf8.DecodeRuneInString(rest)
			return rest == "" || !unicode.IsLower(first)
		}
	}
	return false
}

// mentionsErrNoMain reports whether the package knows that NewPool fails.
func mentionsErrNoMain(pass *analysis.Pass) bool {
	for _, obj := range pass.TypesInfo.Uses {
		if is(obj, processPath, "ErrNoMain") {
			return true
		}
	}
	return false
}

// holds reports whether a node is in a file of the pass.
func holds(pass *analysis.Pass, n ast.Node) bool {
	return slices.ContainsFunc(pass.Files, func(f *ast.File) bool { return f.FileStart <= n.Pos() && n.Pos() < f.FileEnd })
}
