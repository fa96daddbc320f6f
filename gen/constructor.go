package gen

import (
	"go/ast"
	"go/types"

	"github.com/offing-go/offing/templates"
)

// A constructor is a function with //offing:state, which opens the state of a worker.
type constructor struct {
	*task
	of    *types.TypeName // of what it returns, without the pointer
	model templates.State
}

// state reads a //offing:state directive.
func (f *finder) state(file *file, fn *ast.FuncDecl, d ast.Directive) {
	name := nameOf(fn)
	switch code, problem := f.unfit(file, fn); {
	case d.Args != "":
		f.diags.add(d.ArgsPos, CodeKey, name, "//offing:state takes no arguments; remove what follows it, and set timeout= and retries= of its tasks")
	case fn.Recv != nil:
		f.diags.add(fn.Name.Pos(), CodePlace, name, "//offing:state marks a function that opens a state, not a method; tasks on the state are its methods with //offing:task")
	case fn.Type.TypeParams != nil:
		f.diags.add(fn.Name.Pos(), CodeLater, name, "a constructor with type parameters is not supported by this version yet; write one without for each state that you need")
	case problem != "":
		f.diags.add(fn.Name.Pos(), code, name, "%s", problem)
	case file.condition != nil:
		f.diags.add(fn.Name.Pos(), CodeLater, name, "//offing:state in a file with a build constraint is not supported by this version yet; "+
			"move the function to a file that is always built, and what differs to one that it calls")
	default:
		f.found.tasks = append(f.found.tasks, annotated{name: name, file: file, decl: fn, opens: true})
	}
}

// constructors returns those of a file that nothing is wrong with so far.
func (b *builder) constructors(found annotations) (list []*constructor) {
	for _, a := range found.tasks {
		if !a.opens {
			continue
		}
		if t, ok := b.typed(a); ok {
			if c := b.construct(t); c != nil {
				list = append(list, c)
			}
		}
	}
	return list
}

// construct makes a constructor of a function, or returns nil after a diagnostic.
func (b *builder) construct(t *task) *constructor {
	refuse := func(code Code, text string) *constructor {
		b.diags.add(t.decl.Name.Pos(), code, t.name, "%s", text)
		return nil
	}
	c := &constructor{task: t, of: b.stateType(t)}
	if c.of == nil {
		return refuse(CodePlace, "//offing:state marks a function that returns a pointer to a type of this package, whose methods are tasks, "+
			"and perhaps an error: func "+t.name+"(...) (*T, error)")
	}
	name := c.of.Name()
	if other := b.states[name]; other != nil {
		b.diags.clash(t.decl.Name.Pos(), other.decl.Name.Pos(), CodeClash, t.name, "the state %s is opened by %s at %s already; a type has one constructor: give that another parameter",
			name, other.name, b.diags.place(other.decl.Name.Pos()))
		return nil
	}
	kind, ok := closeKind(c.of)
	if !ok {
		return refuse(CodePlace, "the method Close of "+name+" would not be called when a worker ends, as it takes or returns something else; "+
			"declare it as func (*"+name+") Close() error, or give it another name")
	}
	c.model = templates.State{Name: name, Workers: exportName(name) + "Workers", New: "New" + exportName(name) + "Workers", Close: kind}
	b.states[name] = c
	if !b.claimState(c) {
		return nil
	}
	return c
}

// stateType returns the type behind the pointer that a constructor returns, or nil if it
// is none that can be a state.
func (b *builder) stateType(t *task) *types.TypeName {
	if len(t.results) != 1 {
		return nil
	}
	pointer, ok := types.Unalias(t.results[0].Type()).(*types.Pointer)
	if !ok {
		return nil
	}
	named, ok := types.Unalias(pointer.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() != b.checked.pkg || named.TypeArgs().Len() > 0 || types.IsInterface(named) || exportName(named.Obj().Name()) == "" {
		return nil
	}
	return named.Obj()
}

// closeKind tells which method Close a state has, or false for one that is not to be
// called.
func closeKind(of *types.TypeName) (templates.CloseKind, bool) {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(of.Type()), true, of.Pkg(), "Close")
	fn, ok := obj.(*types.Func)
	if !ok {
		return templates.NoClose, true
	}
	sig := fn.Signature()
	switch {
	case sig.Params().Len() == 0 && sig.Results().Len() == 0:
		return templates.PlainClose, true
	case sig.Params().Len() == 0 && sig.Results().Len() == 1 && isError(sig.Results().At(0).Type()):
		return templates.ErrorClose, true
	}
	return 0, false
}

// claimState takes the names that users of a constructor see.
func (b *builder) claimState(c *constructor) bool {
	names := []string{c.model.Workers, c.model.New}
	if len(c.params) > 1 {
		names = append(names, c.x+"Args")
	}
	for _, name := range names {
		h, free := b.names.claim(name, holder{"emitted for the state of " + c.name, c.decl.Name.Pos()})
		if !free {
			b.diags.clash(c.decl.Name.Pos(), h.pos, CodeClash, c.name, "%s is %s; rename that, or the state", name, b.holder(h))
			return false
		}
	}
	return true
}

// stateOf returns the constructor of the state that a task is a method of, or nil.
func (b *builder) stateOf(t *task) *constructor {
	name, ok := baseOf(t.decl).(*ast.Ident)
	if !ok {
		return nil
	}
	return b.states[name.Name]
}

// settle makes of a method of a state a task on it: the state is no argument.
func (t *task) settle(c *constructor) {
	if t.on = c; c != nil {
		t.params = t.params[1:]
	}
}

// fillState completes the model of a constructor.
func (b *builder) fillState(c *constructor) {
	t := c.task
	t.fill(b.src.path)
	t.model.Names.Var = b.names.allocate("state" + exportName(c.of.Name()))
	b.planner.refused = map[string]bool{}
	t.runtime = b.model.Locals.Runtime
	if !b.params(t) {
		return
	}
	b.arg(t)
	sig, bad := b.exprs.expr(t.sig, "")
	of, worse := b.exprs.expr(t.results[0].Type(), "")
	if bad = bad.and(worse); bad != nil {
		b.report(t.subject(), "signature", bad)
		return
	}
	b.model.Signatures = append(b.model.Signatures, templates.Signature{Func: t.model.Func, Type: sig})
	t.model.Shape = "state(" + b.planner.shaper().tuple(t.params) + ")" + layoutMark()
	t.model.Res, c.model.Of = of, of
	b.own(t)
	t.complete = true
	c.model.Open = t.model
	b.model.States = append(b.model.States, c.model)
}

// on tells the model of a task which state it is a method of.
func (b *builder) on(t *task) {
	c := t.on
	t.model.On = &templates.On{
		Of: c.model.Of, Workers: c.model.Workers, Home: c.task.model.Names.Var,
		Field: vary("on", func(name string) bool { return name == t.model.Arg.Field }),
		Var:   b.model.Locals.State,
	}
}
