package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// A builder fills the model of one generated file.
type builder struct {
	s       *session
	src     *source
	checked *checked
	diags   *diagnostics

	names   *names
	exprs   *typeExprs
	planner *planner
	tasks   []*task
	errors  []Listing                // of all files
	futures map[string]claimedFuture // by alias

	instances map[*ast.FuncDecl][]string // so far, as typeID has their types
	aliased   map[string]marked          // aliases that are marked so far, by typeID of the type

	suggested map[string]string               // names in diagnostics, by what they are for
	emissions map[*source]map[string]emission // see emitter; filled when they are asked for
	marks     annotations                     // of all files
	broken    bool                            // something is wrong with what they say
	states    map[string]*constructor         // of all files so far, by the name of the type
	opened    []*constructor                  // of the file that is built

	clean    int      // diagnostics before this package
	declared []string // aliases that a file has
	model    templates.Package
}

// A claimedFuture is an alias and the task that asked for it first.
type claimedFuture struct {
	of   types.Type
	task string
	pos  token.Pos // of the task
}

func newBuilder(s *session, src *source, diags *diagnostics, marks annotations) *builder {
	b := &builder{
		s: s, src: src, diags: diags, marks: marks, checked: s.check(src),
		futures: map[string]claimedFuture{}, suggested: map[string]string{}, states: map[string]*constructor{},
	}
	b.names = newNames(src)
	for _, spec := range dotImports(src, true) {
		b.names.dotted(spec, s.exported(importPath(spec)))
	}
	b.clean = len(diags.list)
	b.planner = newPlanner(b.typeExprs(), b.names)
	b.exprs = b.planner.exprs
	b.planner.unions = b.unions(marks.unions)
	for _, name := range needed {
		b.shadowed(name)
	}
	return b
}

// typeExprs returns a writer of types for the package as it was checked.
func (b *builder) typeExprs() *typeExprs {
	e := &typeExprs{local: b.checked.pkg, path: b.src.path, use: b.use, file: b.s.fileAt, predeclared: b.shadowed}
	if b.src.tests != "" {
		e.path = b.src.tests
	}
	e.ownError = b.names.taken["error"].what != predeclared
	return e
}

// build returns the model of one file, and false if something is wrong. The
// file of the tests comes later and uses what the first one declares.
func (b *builder) build(found annotations) (templates.Package, bool) {
	before := b.clean
	// The imports stay: codecs that were planned for the first file may be in this one.
	b.model = templates.Package{Path: b.src.path, Name: b.src.name, Imports: b.model.Imports, Build: b.planner.condition.line()}
	b.tasks, b.planner.shapes = nil, nil
	var others []*task // that something is wrong with already
	b.opened = b.constructors(found)
	for _, a := range found.tasks {
		if a.opens {
			continue
		}
		t, ok := b.typed(a)
		ok = t != nil && b.settle(t) && ok
		switch {
		case t == nil:
		case ok && b.claim(t):
			b.tasks = append(b.tasks, t)
		default:
			others = append(others, t)
		}
	}
	for _, i := range [][2]string{
		{"context", "context"}, {templates.RuntimePath, "runtime"},
		{templates.WirePath, "wire"}, {"iter", "iter"}, {"time", "time"},
	} {
		b.use(i[0], i[1])
	}
	b.locals()
	for _, c := range b.opened {
		b.fillState(c)
	}
	for _, t := range b.tasks {
		b.fill(t)
	}
	for _, t := range others {
		b.inspect(t)
	}
	b.errorDefs(found.errors)
	b.items()
	b.codecs()
	return b.model, len(b.diags.list) == before
}

// codecs adds the functions that the tasks and errors of the file need, and what they
// need themselves.
func (b *builder) codecs() {
	plans := make([]*templates.Plan, 0, 5*len(b.tasks))
	b.model.Tasks = make([]templates.Task, 0, len(b.tasks))
	for _, t := range b.tasks {
		b.model.Tasks = append(b.model.Tasks, t.model)
		plans = append(plans, t.model.ArgPlan, t.model.Items, t.model.ResPlan)
	}
	for _, p := range plans {
		if p != nil {
			p.Size = minSize(p)
		}
	}
	for _, s := range b.model.States {
		s.Open.ArgPlan.Size = minSize(s.Open.ArgPlan)
		plans = append(plans, s.Open.ArgPlan)
	}
	for _, e := range b.model.Errors {
		plans = append(plans, e.Plan)
	}
	b.model.Codecs, b.model.Shapes = b.planner.reached(plans), b.planner.shapes
	for _, c := range b.model.Codecs {
		plans = append(plans, c.Form)
		if c.Layout != nil {
			for _, place := range c.Layout.Places {
				plans = append(plans, place.Plan)
			}
		}
	}
	b.model.Locals.Loops = b.names.loops(height(plans))
}

// use notes that the file imports a package and chooses its name.
func (b *builder) use(path, name string) {
	for _, i := range b.model.Imports {
		if i.Path == path {
			return
		}
	}
	name, alias := b.names.importName(path, name)
	b.model.Imports = append(b.model.Imports, templates.Import{Path: path, Name: name, Alias: alias})
}

func (b *builder) locals() {
	l := &b.model.Locals
	for name, field := range map[string]*string{
		"b": &l.B, "v": &l.V, "r": &l.R, "n": &l.N, "ok": &l.OK, "ctx": &l.Ctx, "ex": &l.Ex,
		"opts": &l.Opts, "i": &l.I, "err": &l.Err,
		"depth": &l.Depth, "f": &l.F, "run": &l.Run, "items": &l.Items, "results": &l.Results,
	} {
		*field = b.names.local(name)
	}
	if l.Error = ""; b.exprs.ownError {
		l.Error = wireError
	}
	for _, i := range b.model.Imports {
		if i.Path == templates.RuntimePath {
			l.Runtime = i.Name
		}
	}
}

// needed are the predeclared identifiers that generated code uses, whatever the
// types of the tasks.
var needed = []string{
	"nil", "append", "len", "make", "min", "new", "byte", "bool", "string",
	"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
	"float32", "float64", "complex64", "complex128",
}

// shadowed refuses packages that declare a predeclared identifier again.
func (b *builder) shadowed(name string) {
	if h := b.names.taken[name]; h.what != predeclared {
		b.diags.add(h.pos, CodeShadow, "", "package %s declares %s, which generated code needs as Go predeclares it; rename it", b.src.name, name)
	}
}

// typed finds the types of a task, if there is such a function. Type errors are the
// user's business, except those inside its signature, with which it is not ok.
func (b *builder) typed(a annotated) (t *task, ok bool) {
	bad := false
	for i, e := range b.checked.errors {
		if e.Pos < a.decl.Pos() || a.decl.End() <= e.Pos || strings.HasPrefix(e.Msg, "\t") {
			continue
		}
		bad = true
		if b.redeclared(a, i) {
			continue
		}
		if text, awaits := b.explain(e.Pos, e.Msg, a.file); text != "" {
			b.diags.add(e.Pos, CodeUnknown, a.name, "%s", text)
			b.diags.awaits(awaits)
		}
	}
	if bad {
		b.badImports(a.file)
	}
	fn, ok := b.funcOf(a)
	ok = ok && fn.Pos() == a.decl.Name.Pos() // and not another of the same name
	switch {
	case !ok && !bad && a.file.condition != nil:
		b.diags.add(a.decl.Name.Pos(), CodePlace, a.name, "the file is never built: there is no system where %s; correct its build constraint", a.file.condition)
		return nil, false
	case !ok && !bad && a.isMethod(): // the type checker takes whatever is of C
		b.report(subject{pos: a.decl.Name.Pos(), file: a.file, task: a.name}, "receiver", refuse("", CodeUnknown, undetermined))
		return nil, false
	case !ok:
		return nil, false
	case a.instance != nil:
		t, ok = b.instantiate(a, fn)
		return t, ok && !bad
	}
	return newTask(a, fn.Signature(), nil), !bad
}

// funcOf returns the function or method that has the name of a.
func (b *builder) funcOf(a annotated) (fn *types.Func, ok bool) {
	scope := b.checked.pkg.Scope()
	if !a.isMethod() {
		fn, ok = scope.Lookup(a.name).(*types.Func)
		return fn, ok
	}
	name, ok := baseOf(a.decl).(*ast.Ident)
	if !ok {
		return nil, false
	}
	base, ok := scope.Lookup(name.Name).(*types.TypeName)
	if !ok {
		return nil, false
	}
	obj, _, _ := types.LookupFieldOrMethod(types.Unalias(base.Type()), true, b.checked.pkg, a.decl.Name.Name)
	fn, ok = obj.(*types.Func)
	return fn, ok
}

// claim takes the names that users see.
func (b *builder) claim(t *task) bool {
	if t.x == "" {
		b.diags.add(t.decl.Name.Pos(), CodeValue, t.name, "the name has no upper-case form; add name= and one that has")
		return false
	}
	ok := b.claimFuture(t)
	for _, name := range t.claims() {
		h, free := b.names.claim(name, holder{"emitted for task " + t.label(), t.decl.Name.Pos()})
		if !free {
			b.diags.clash(t.decl.Name.Pos(), h.pos, CodeClash, t.label(), "%s is %s; %s", name, b.holder(h), b.otherName(t))
			return false // the same name= resolves the others
		}
	}
	return ok
}

// holder says who has a name, and where.
func (b *builder) holder(h holder) string {
	if h.pos.IsValid() {
		return h.what + " at " + b.diags.place(h.pos)
	}
	return h.what
}

// claimFuture takes the alias of the task's future.
func (b *builder) claimFuture(t *task) bool {
	of, name := b.resultType(t)
	if t.future != "" {
		name = t.future
	}
	t.model.Future = name
	if c, claimed := b.futures[name]; claimed {
		if typeID(c.of) == typeID(of) {
			return true
		}
		b.diags.clash(t.decl.Name.Pos(), c.pos, CodeFuture, t.label(), "%s stands for the future of %s (task %s at %s), it cannot stand for that of %s; %s",
			name, b.typeName(c.of), c.task, b.diags.place(c.pos), b.typeName(of), b.otherFuture(t, name, of))
		return false
	}
	if h, free := b.names.claim(name, holder{"emitted for task " + t.label(), t.decl.Name.Pos()}); !free {
		b.diags.clash(t.decl.Name.Pos(), h.pos, CodeClash, t.label(), "%s is %s; %s", name, b.holder(h), b.otherFuture(t, name, of))
		return false
	}
	b.futures[name] = claimedFuture{of, t.label(), t.decl.Name.Pos()}
	return true
}

// typeName returns a type for a message; packages by their paths, as it may be
// that two have the same name.
func (b *builder) typeName(t types.Type) string {
	return types.TypeString(t, types.RelativeTo(b.checked.pkg))
}

// otherFuture says which key gives an alias whose name is taken one that is free.
func (b *builder) otherFuture(t *task, name string, of types.Type) string {
	key := keyAdvice("future", t.future)
	return key + b.suggest(name+" "+types.TypeString(of, nil), "FutureOfOther"+strings.TrimPrefix(name, "FutureOf"), b.names.has)
}

// otherName says which key gives a task names that are free.
func (b *builder) otherName(t *task) string {
	key := keyAdvice("name", t.options.name)
	base := t.annotated.x()
	return key + b.suggest(t.name, "Other"+base, func(x string) bool {
		other := *t
		other.x = x + strings.TrimPrefix(t.x, base) // of an instance, its types
		return slices.ContainsFunc(other.claims(), b.names.has)
	})
}

// keyAdvice is how to give a key that may have a value already.
func keyAdvice(key, value string) string {
	if value != "" {
		return "write " + key + "="
	}
	return "add " + key + "="
}

// suggest returns a name that is free, and not suggested for something else: who
// follows all advice at once is done.
func (b *builder) suggest(what, name string, taken func(string) bool) string {
	if b.suggested[what] == "" {
		b.suggested[what] = vary(name, func(name string) bool {
			return taken(name) || slices.Contains(slices.Collect(maps.Values(b.suggested)), name)
		})
	}
	return b.suggested[what]
}

// resultType returns what the task's future holds and its alias.
func (b *builder) resultType(t *task) (types.Type, string) {
	switch len(t.results) {
	case 0:
		return types.NewStruct(nil, nil), "FutureOfNothing"
	case 1:
		of := t.results[0].Type()
		return of, "FutureOf" + futureName(of, b.checked.pkg)
	}
	obj := types.NewTypeName(t.decl.Pos(), b.checked.pkg, t.x+"Result", nil)
	named := types.NewNamed(obj, types.NewStruct(nil, nil), nil)
	return named, "FutureOf" + obj.Name()
}

// addFuture emits an alias unless it is there.
func (b *builder) addFuture(name string, of templates.Type) {
	if !slices.Contains(b.declared, name) {
		b.declared = append(b.declared, name)
		b.model.Futures = append(b.model.Futures, templates.Future{Name: name, Of: of})
	}
}
