package vet

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// ProcessMain reports pools of worker processes in programs that cannot be workers:
// workers are the same program, started again, so main, or TestMain in a test
// binary, has to begin with process.Main(). It looks at
//
//   - main packages that make a pool, other than in tests;
//   - packages whose tests make one, by themselves or by way of the package's own
//     functions, unless they mention process.ErrNoMain;
//   - pools that are made for a package variable or in init, which is before
//     anything that main could do.
//
// A pool that another package makes is not seen. What only sets something, such
// as log.SetFlags and flag.Parse, may come before process.Main; where Config.Command
// names another program anything may. The fixes write the line, move it, or write
// TestMain.
var ProcessMain = &analysis.Analyzer{
	Name: "processmain",
	Doc: `report process pools in programs that do not begin with process.Main()

A worker process is the same program, run again, and process.Main() is what makes it
serve tasks and exit. Without it NewPool fails with process.ErrNoMain; with other
statements before it, every worker executes those first. In tests the line belongs
into TestMain.`,
	URL:      "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#ProcessMain",
	Run:      checkMain,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

func checkMain(pass *analysis.Pass) (any, error) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	pools := findPools(pass, in)
	if len(pools) == 0 {
		return nil, nil
	}
	var inMain, inTests []pool
	var tested map[*types.Func]*ast.FuncDecl
	for _, p := range pools {
		if p.early() {
			pass.Report(analysis.Diagnostic{Pos: p.call.Pos(), End: p.call.End(), Message: "a process pool is made before main has called process.Main(), " +
				"so NewPool returns process.ErrNoMain; make it in a function that is called after that"})
			continue
		}
		if tested == nil {
			tested = reachedByTests(pass)
		}
		if pass.Pkg.Name() == "main" && !p.test {
			inMain = append(inMain, p)
		}
		if fn, ok := pass.TypesInfo.Defs[p.in.Name].(*types.Func); ok {
			p.tested = tested[fn]
		}
		if p.test || p.tested != nil {
			inTests = append(inTests, p)
		}
	}
	if len(inMain) > 0 {
		checkProgram(pass, inMain)
	}
	if len(inTests) > 0 && !mentionsErrNoMain(pass) {
		checkTests(pass, inTests)
	}
	return nil, nil
}

// A pool is a call of process.NewPool.
type pool struct {
	call    *ast.CallExpr
	in      *ast.FuncDecl // nil at package level
	literal bool          // in a function literal, so that there is no telling when it is called
	test    bool          // in a test file
	tested  *ast.FuncDecl // a test that leads to it; or nil
	command bool          // the workers may be another program
}

// early reports whether the pool is made before main begins.
func (p pool) early() bool {
	return !p.literal && (p.in == nil || p.in.Recv == nil && p.in.Name.Name == "init")
}

// findPools returns the pools that a package makes, but for those of function
// literals at package level.
func findPools(pass *analysis.Pass, in *inspector.Inspector) (list []pool) {
	for c := range in.Root().Preorder((*ast.CallExpr)(nil)) {
		call := c.Node().(*ast.CallExpr)
		if !is(typeutil.Callee(pass.TypesInfo, call), processPath, "NewPool") {
			continue
		}
		p := pool{call: call, test: isTest(pass.Fset.Position(call.Pos()).Filename), command: mayHaveCommand(call)}
		for up := range c.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
			if decl, ok := up.Node().(*ast.FuncDecl); ok {
				p.in = decl
			} else {
				p.literal = true
			}
		}
		if p.in != nil || !p.literal {
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
func checkProgram(pass *analysis.Pass, pools []pool) {
	program := newProgram(pass.Files)
	main, ok := program["main"]
	if !ok {
		return // to be linked into a program of another language
	}
	b := program.beginning(main)
	switch {
	case b.main == nil && (b.elsewhere != nil || callsMain(filesOf(pass, false))): // by way of a method, or in init
	case b.main == nil:
		pass.Report(analysis.Diagnostic{
			Pos: pools[0].call.Pos(), End: pools[0].call.End(),
			Message:        "NewPool returns process.ErrNoMain, as main does not call process.Main(): worker processes run this same program; begin main with that line",
			SuggestedFixes: beginWith(pass, main),
		})
	case b.before != nil && !slices.ContainsFunc(pools, func(p pool) bool { return p.command }):
		reportLate(pass, main, b, "main")
	}
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
func checkTests(pass *analysis.Pass, pools []pool) {
	if initCallsMain(filesOf(pass, false)) {
		return
	}
	p := pools[0]
	fails := func(why string, fixes []analysis.SuggestedFix) {
		diag := analysis.Diagnostic{Pos: p.call.Pos(), End: p.call.End(), Message: "NewPool returns process.ErrNoMain, as " + why, SuggestedFixes: fixes}
		if !p.test { // what is wrong is in the test
			diag.Pos, diag.End = p.tested.Name.Pos(), p.tested.Name.End()
			diag.Message = p.tested.Name.Name + " leads to a process pool, and " + diag.Message
		}
		pass.Report(diag)
	}
	all := everyTestMain(pass)
	if len(all) == 0 && !callsMain(filesOf(pass, true)) {
		fails("the test binary has no TestMain that calls process.Main(): worker processes run this same binary; write one", writeTestMain(pass, p))
	}
	for _, one := range all {
		b := one.program.beginning(one.declared)
		switch {
		case b.main == nil && (b.elsewhere != nil || callsMain(one.tests)):
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
