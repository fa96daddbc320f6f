package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/offing-go/offing/templates"
)

// fill completes the model of one task.
func (b *builder) fill(t *task) {
	t.fill(b.src.path)
	t.model.Names.Var = b.names.allocate("task" + t.x)
	b.planner.refused = map[string]bool{}
	t.runtime = b.model.Locals.Runtime
	params := b.params(t)
	if params {
		b.arg(t)
	}
	results := b.results(t) // to report both
	if !params || !results {
		return
	}
	sig, bad := b.exprs.expr(t.sig, "")
	instance, worse := b.argExprs(t)
	if bad = bad.and(worse); bad != nil {
		b.report(t.subject(), "signature", bad)
		return
	}
	t.model.Func.Instance = instance
	if t.isMethod() {
		of, _ := b.exprs.expr(t.sig.Params().At(0).Type(), "")
		t.model.Func.Method = &templates.Method{Of: of, Name: t.decl.Name.Name}
	}
	if t.on != nil {
		b.on(t)
	}
	b.model.Signatures = append(b.model.Signatures, templates.Signature{Func: t.model.Func, Type: sig})
	if !t.local {
		t.model.Shape = t.shape(b.planner.shaper()) // not before: planning has found that it ends
	}
	b.addFuture(t.model.Future, t.model.Res)
	b.own(t)
	t.complete = t.on == nil || t.on.complete
}

// A subject is what diagnostics are about and where it is.
type subject struct {
	pos  token.Pos
	file *file
	task string // empty if it is none

	opens  bool      // it is a constructor
	mark   token.Pos // of the parameter or result
	stream string    // the task's function for many calls
}

func (t *task) subject() subject {
	return subject{pos: t.decl.Name.Pos(), file: t.file, task: t.label(), opens: t.opens, stream: t.model.Names.Stream}
}

// report turns what is wrong with a type into diagnostics.
func (b *builder) report(s subject, where string, bad problems) {
	for _, p := range bad {
		b.reportOne(s, where, p)
	}
}

func (b *builder) reportOne(s subject, where string, bad problem) {
	if strings.HasPrefix(bad.path, "[") && !strings.ContainsAny(bad.path, ".") || strings.HasPrefix(bad.path, ".") {
		where += bad.path
	} else if bad.path != "" {
		where += ": " + bad.path
	}
	text := bad.text
	switch {
	case s.opens:
		text = ofConstructor(text)
	case s.task == "": // an error type is not for some task to keep local
		text = strings.NewReplacer(`add "local" or `, "", `, or add "local"`, "").Replace(text)
	}
	if bad.each && !s.opens && strings.HasPrefix(where, "parameter") {
		text += ", or take one element and let " + s.stream + " call the task for each"
	}
	pos, file, awaits := s.pos, s.file, ""
	if bad.pos.IsValid() {
		pos, file = bad.pos, b.s.fileAt(bad.pos)
	}
	if bad.code == CodeUnknown {
		b.badImports(file)
		if reason, at := b.s.reason(b.checked, bad.pos); reason != "" {
			text, awaits = b.explain(at, reason, file)
		}
		if importsC(file) && text == undetermined {
			text = "a type of C is not supported in tasks; take one of Go, such as int32 for C.int, and convert it inside"
		}
		if text == "" {
			return
		}
	}
	b.diags.add(pos, bad.code, s.task, "%s: %s", where, text)
	b.diags.awaits(awaits)
	if pos == s.pos && s.mark.IsValid() {
		b.diags.mark(s.mark)
	}
}

func importsC(f *file) bool {
	return slices.ContainsFunc(f.syntax.Imports, func(spec *ast.ImportSpec) bool { return importPath(spec) == "C" })
}

// planOf plans a parameter or result; local tasks need no plan.
func (b *builder) planOf(t *task, where string, v *types.Var) (*templates.Plan, bool) {
	var plan *templates.Plan
	var bad problems
	if t.local {
		_, bad = b.exprs.expr(v.Type(), "")
	} else {
		plan, bad = b.planner.plan(v.Type(), "")
	}
	if bad != nil {
		s := t.subject()
		s.mark = v.Pos()
		b.report(s, where, bad)
	}
	return plan, bad == nil
}

// inspect reports what is wrong with the types of a task that has been refused for
// its names or its signature, so that all is said at once. That a type in the
// signature itself makes no sense has been said.
func (b *builder) inspect(t *task) {
	before := len(b.diags.list)
	defer func() {
		pos := b.diags.position(t.decl.Name.Pos())
		rest := slices.DeleteFunc(slices.Clone(b.diags.list[before:]), func(d Diagnostic) bool { return d.Code == CodeUnknown && d.Pos == pos })
		b.diags.list = append(b.diags.list[:before], rest...)
	}()
	t.fill(b.src.path)
	b.planner.refused = map[string]bool{}
	for i, v := range t.params {
		b.planOf(t, "parameter "+paramName(v, i), v)
	}
	for i, v := range t.results {
		b.planOf(t, t.resultName(i), v)
	}
}

// paramName is what a parameter is called here, which may have no name.
func paramName(v *types.Var, i int) string {
	if v.Name() == "" || v.Name() == "_" {
		return "arg" + strconv.Itoa(i)
	}
	return v.Name()
}

// resultName is what messages call a result.
func (t *task) resultName(i int) string {
	if len(t.results) == 1 {
		return "result"
	}
	return "result " + strconv.Itoa(i+1)
}

// params fills the parameters and what a call holds of them.
func (b *builder) params(t *task) bool {
	ok := true
	var plans []*templates.Plan
	var used scope
	for i, v := range t.params {
		name := paramName(v, i)
		plan, fine := b.planOf(t, "parameter "+name, v)
		ok = ok && fine
		plans = append(plans, plan)
		expr, _ := b.exprs.expr(v.Type(), "")
		t.model.Params = append(t.model.Params, templates.Param{
			Name: used.allocate(name, t.emits),
			Type: expr, Variadic: t.sig.Variadic() && i == len(t.params)-1,
		})
	}
	switch {
	case !ok:
	case len(t.params) == 0:
		nothing := templates.Type{Kind: templates.StructOf}
		t.model.Arg.Type = nothing
		t.model.ArgPlan = &templates.Plan{Kind: templates.Empty, Type: nothing}
	case len(t.params) == 1:
		t.model.Arg.Type, t.model.ArgPlan = t.model.Params[0].Type, plans[0]
	default:
		t.model.Args, t.model.ArgPlan, ok = b.group(t, "Args", "Arg", t.params, plans)
		t.model.Arg.Type = templates.Type{Path: b.src.path, Name: t.x + "Args"}
	}
	return ok
}

// emits reports whether a name is used inside the task's own functions.
func (t *task) emits(name string) bool {
	n := t.model.Names
	return slices.Contains([]string{"nil", t.runtime, t.name, n.Submit, n.Var, t.x + "Args", t.x + "Result"}, name)
}

// results fills what the future holds.
func (b *builder) results(t *task) bool {
	ok := true
	var plans []*templates.Plan
	for i, v := range t.results {
		plan, fine := b.planOf(t, t.resultName(i), v)
		ok = ok && fine
		plans = append(plans, plan)
	}
	switch {
	case !ok:
	case len(t.results) == 0:
		t.model.Res = templates.Type{Kind: templates.StructOf}
		t.model.ResPlan = &templates.Plan{Kind: templates.Empty, Type: t.model.Res}
	case len(t.results) == 1:
		t.model.Res, _ = b.exprs.expr(t.results[0].Type(), "")
		t.model.ResPlan = plans[0]
	default:
		t.model.Result, t.model.ResPlan, ok = b.group(t, "Result", "R", t.results, plans)
		t.model.Res = templates.Type{Path: b.src.path, Name: t.x + "Result"}
	}
	return ok
}

// group makes the struct of several parameters or results.
func (b *builder) group(t *task, suffix, prefix string, list []*types.Var, plans []*templates.Plan) (*templates.Group, *templates.Plan, bool) {
	names, clash := groupFields(list, prefix)
	if clash[1] != nil {
		b.diags.clash(clash[1].Pos(), clash[0].Pos(), CodeClash, t.name, "%s would be the same field of %s%s as %s at %s; rename one",
			clash[1].Name(), t.x, suffix, clash[0].Name(), b.diags.place(clash[0].Pos()))
		return nil, nil, false
	}
	g := &templates.Group{Name: t.x + suffix}
	var fields []templates.FieldPlan
	var used scope
	l := b.model.Locals
	reserved := []string{l.Err, l.Ctx, b.names.local("args"), t.model.Arg.Var}
	for i, v := range list {
		expr, _ := b.exprs.expr(v.Type(), "")
		g.Fields = append(g.Fields, templates.Field{Name: names[i], Type: expr})
		wish := v.Name()
		if wish == "" || wish == "_" {
			wish = strings.ToLower(prefix) + strconv.Itoa(i)
		}
		g.Vars = append(g.Vars, used.allocate(wish, func(name string) bool {
			return slices.Contains(reserved, name) || b.names.isPackageLevel(name)
		}))
		fields = append(fields, templates.FieldPlan{Name: names[i], Plan: plans[i]})
	}
	if suffix == "Args" {
		for i := range t.model.Params {
			t.model.Params[i].Field = names[i]
		}
	}
	if t.local {
		return g, nil, true
	}
	expr := templates.Type{Path: b.src.path, Name: g.Name}
	return g, b.planner.addCodec(&frame{name: g.Name}, templates.Codec{Type: expr}, fields), true
}

// own chooses the names of what we add to the task's parameters: they make way
// for them.
func (b *builder) own(t *task) {
	var used scope
	for _, p := range t.model.Params {
		used = append(used, p.Name)
	}
	if g := t.model.Result; g != nil { // CallX has them beside its own
		used = append(used, g.Vars...)
	}
	t.model.Own = templates.Own{
		Ctx: used.allocate("ctx", t.emits),
		Ex:  used.allocate("ex", t.emits),
		Err: used.allocate("err", t.emits),

		Here: used.allocate("here", t.emits),
	}
}

// arg chooses the names of what stands for all parameters.
func (b *builder) arg(t *task) {
	a := &t.model.Arg
	if len(t.params) == 0 {
		return
	}
	wish := "args"
	a.Many = wish
	if len(t.params) == 1 {
		wish = t.model.Params[0].Name
		a.Many = plural(wish)
	}
	l := b.model.Locals
	free := func(name string) bool { return b.names.isPackageLevel(name) }
	a.Var = (&scope{l.Ctx, l.Err}).allocate(wish, free)
	a.Many = (&scope{l.Ctx, l.Ex, l.Opts}).allocate(a.Many, free)
}
