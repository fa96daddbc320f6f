package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// PackageState reports tasks, other than local ones, and constructors that write a package variable
// which code outside of tasks reads, or a task that does not write it, or which is
// exported: in a worker process the task writes that process's own copy, and nobody
// ever sees it, or only those calls that happen to come to the same process. Sends on a
// channel of package level count as writes.
//
// A variable of one task, as a cache, is nobody's business; nor is one that is
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
	all := annotated(pass).all()
	if len(all) == 0 {
		return nil, nil
	}
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	s := &stateCheck{
		pass: pass, in: in, reach: newReach(pass), written: map[*types.Func][]change{}, read: map[*types.Func]map[*types.Var]bool{},
		readers: map[*types.Var]string{}, byTasks: map[*types.Var][]*reader{}, told: map[token.Pos]bool{},
	}
	inTasks := map[*types.Func]bool{}
	for _, t := range all {
		for fn := range s.reach.from(t.fn) {
			inTasks[fn] = true
		}
	}
	s.findReaders(inTasks)
	for _, t := range all {
		if !t.test {
			s.findReading(t)
		}
	}
	calls := submissions(pass.TypesInfo, in)
	for _, t := range all {
		if !t.local() && !t.test && !calls.stays(pass.TypesInfo, t) {
			s.checkTask(t)
		}
	}
	return nil, nil
}

// A stateCheck is the work on one package.
type stateCheck struct {
	pass    *analysis.Pass
	in      *inspector.Inspector
	reach   *reach
	written map[*types.Func][]change // what writes has found already, and reads
	read    map[*types.Func]map[*types.Var]bool
	readers map[*types.Var]string    // the first function outside of tasks that reads it
	byTasks map[*types.Var][]*reader // the tasks that read and never write it
	told    map[token.Pos]bool
}

// A reader is a task that reads a variable, and the functions in which it does.
type reader struct {
	task *task
	in   []*types.Func
}

// findReaders notes who, outside of tasks, reads the variables of the package.
func (s *stateCheck) findReaders(inTasks map[*types.Func]bool) {
	for _, fn := range s.reach.order {
		decl := s.reach.decls[fn]
		if inTasks[fn] || nameOf(fn) == "init" || isTest(s.pass.Fset.Position(decl.Pos()).Filename) {
			continue
		}
		for v := range s.reads(fn) {
			if s.readers[v] == "" {
				s.readers[v] = nameOf(fn)
			}
		}
	}
}

// findReading notes which variables a task reads and never writes.
func (s *stateCheck) findReading(t *task) {
	read, writes := map[*types.Var]*reader{}, map[*types.Var]bool{}
	reached := s.reach.from(t.fn)
	for _, fn := range s.reach.order {
		if !reached[fn] {
			continue
		}
		for _, w := range s.writes(fn) {
			writes[s.pass.TypesInfo.Uses[w.id].(*types.Var)] = true
		}
		for v := range s.reads(fn) {
			if read[v] == nil {
				read[v] = &reader{task: t}
			}
			read[v].in = append(read[v].in, fn)
		}
	}
	for v, r := range read {
		if !writes[v] {
			s.byTasks[v] = append(s.byTasks[v], r)
		}
	}
}

// reads returns the variables of the package that a function reads.
func (s *stateCheck) reads(fn *types.Func) map[*types.Var]bool {
	if found, known := s.read[fn]; known {
		return found
	}
	written, found := map[*ast.Ident]bool{}, map[*types.Var]bool{}
	for _, w := range s.writes(fn) {
		written[w.id] = true
	}
	ast.Inspect(s.reach.decls[fn].Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if v, isVar := s.pass.TypesInfo.Uses[id].(*types.Var); ok && isVar && !written[id] && v.Parent() == s.pass.Pkg.Scope() {
			found[v] = true
		}
		return true
	})
	s.read[fn] = found
	return found
}

// checkTask reports what a task writes, by itself or by way of others.
func (s *stateCheck) checkTask(t *task) {
	reached := s.reach.from(t.fn)
	for _, fn := range s.reach.order {
		if !reached[fn] {
			continue
		}
		for _, w := range s.writes(fn) {
			who := s.seenBy(s.pass.TypesInfo.Uses[w.id].(*types.Var), t, reached)
			if who != "" && !w.lazy && !s.told[w.pos] {
				s.told[w.pos] = true
				s.report(t, fn, w, who)
			}
		}
	}
}

// seenBy returns who reads a variable that a task writes, without being part of that
// task; "" if there is nobody.
func (s *stateCheck) seenBy(v *types.Var, t *task, reached map[*types.Func]bool) string {
	if name := s.readers[v]; name != "" {
		return name + " reads"
	}
	for _, r := range s.byTasks[v] {
		if r.task != t && slices.ContainsFunc(r.in, func(fn *types.Func) bool { return !reached[fn] }) {
			return r.task.what() + " reads"
		}
	}
	if v.Exported() && s.pass.Pkg.Name() != "main" {
		return "other packages may read"
	}
	return ""
}

func (s *stateCheck) report(t *task, fn *types.Func, w change, reader string) {
	who := t.what()
	if fn != t.fn {
		who += ", by way of " + nameOf(fn) + ","
	}
	what := "writes package variable " + w.id.Name + ", which " + reader + ": in a worker process it writes that process's own copy"
	if w.sends {
		what = "sends on package variable " + w.id.Name + ": in a worker process nobody receives that"
	}
	remedy := "; return the value, or mark the task local"
	if t.opens() {
		remedy = "; keep it in the state, or let a task return it"
	}
	s.pass.Report(analysis.Diagnostic{Pos: w.pos, Message: who + " " + what + remedy})
}
