package gen

import (
	"go/ast"
	"go/types"
	"strings"
	"sync"

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
	a := annotated{name: nameOf(fn), file: file, decl: fn, opens: true, unread: d.Args != ""}
	defer f.diags.ofState(len(f.diags.list))
	if a.unread {
		f.diags.add(d.ArgsPos, CodeKey, a.name, "//offing:state takes no arguments; remove what follows it: names are made of that of the type, "+
			"and timeout and retries are keys of the tasks")
	}
	code, problem := f.unfit(file, fn)
	problem = strings.Replace(problem, "cannot be a task", "cannot be a constructor", 1)
	switch {
	case fn.Recv != nil:
		code, problem = CodePlace, "//offing:state marks a function that opens a state, not a method; tasks on the state are its methods with //offing:task"
	case fn.Type.TypeParams != nil:
		code, problem = CodeLater, "a constructor with type parameters is not supported by this version yet; write one without for each state that you need"
	case problem == "" && file.condition != nil:
		code, problem = CodeLater, "//offing:state in a file with a build constraint is not supported by this version yet; "+
			"move the function to a file that is always built, and what differs to one that it calls"
	}
	if problem != "" {
		f.diags.add(fn.Name.Pos(), code, a.name, "%s", problem)
		f.found.refused = append(f.found.refused, a)
		return
	}
	f.found.tasks = append(f.found.tasks, a)
}

// constructors returns those of a file that nothing is wrong with so far.
func (b *builder) constructors(found annotations) (list []*constructor) {
	for _, a := range found.tasks {
		if !a.opens {
			continue
		}
		before := len(b.diags.list)
		if t, ok := b.typed(a); ok {
			if c := b.construct(t); c != nil {
				list = append(list, c)
			}
		}
		b.diags.ofState(before)
	}
	return list
}

// construct makes a constructor of a function, or returns nil after a diagnostic.
func (b *builder) construct(t *task) *constructor {
	c := &constructor{task: t}
	var code Code
	var problem string
	if c.of, code, problem = b.stateType(t); problem != "" {
		b.diags.add(t.decl.Name.Pos(), code, t.name, "%s", problem)
		return nil
	}
	name := c.of.Name()
	if other := b.states[name]; other != nil {
		b.diags.clash(t.decl.Name.Pos(), other.decl.Name.Pos(), CodeClash, t.name, "the state %s is opened by %s at %s already; a type has one constructor; remove one of them, or return another type",
			name, other.name, b.diags.place(other.decl.Name.Pos()))
		return nil
	}
	c.model = templates.State{Name: name, Workers: exportName(name) + "Workers", New: "New" + exportName(name) + "Workers"}
	b.states[name] = c
	// In this order to report all of it.
	closes := b.closing(c)
	if !b.claimState(c) || !closes || !b.hasTasks(c) {
		return nil
	}
	return c
}

// stateType returns the type behind the pointer that a constructor returns, or why it is
// none that can be a state.
func (b *builder) stateType(t *task) (of *types.TypeName, code Code, problem string) {
	switch len(t.results) {
	case 0:
		return nil, CodePlace, "it returns no state; return a pointer to a type of this package whose methods are tasks: func " + t.name + "(...) (*T, error)"
	case 1:
	default:
		return nil, CodePlace, "it returns more than a state and an error; return one pointer, to a type that has all of it"
	}
	result := types.Unalias(t.results[0].Type())
	text := b.typeName(result)
	pointer, ok := result.(*types.Pointer)
	if !ok {
		if named, ok := result.(*types.Named); ok && named.Obj().Pkg() == b.checked.pkg && !types.IsInterface(named) {
			return nil, CodePlace, "it returns a value, of which each call would have a copy; return a *" + text
		}
		return nil, CodePlace, "it returns " + text + ", and a state is behind a pointer; return one to a type that this package declares"
	}
	switch named, ok := types.Unalias(pointer.Elem()).(*types.Named); {
	case !ok || types.IsInterface(named):
		return nil, CodePlace, "it returns " + text + ", which has no methods that could be tasks; return a pointer to a type that this package declares"
	case named.Obj().Pkg() != b.checked.pkg:
		return nil, CodePlace, "it returns *" + b.typeName(named) + ", to which only its own package can add tasks; declare a type with a field that holds it, and return a pointer to that"
	case named.TypeArgs().Len() > 0:
		return nil, CodeLater, "a state of a type with type parameters is not supported by this version yet; declare a type without that has " + text + " as a field"
	case exportName(named.Obj().Name()) == "":
		return nil, CodeValue, "the name of its type has no upper-case form, which the names of what is generated are made of; rename the type"
	default:
		return named.Obj(), "", ""
	}
}

// hasTasks reports whether a state has a task, or a diagnostic says that it has none: with
// workers on which nothing can run, somebody has forgotten something. Where a directive of
// the package is wrong, that may be what.
func (b *builder) hasTasks(c *constructor) bool {
	for _, a := range b.marks.tasks {
		if !a.opens && b.stateName(a.decl) == c.of.Name() {
			return true
		}
	}
	if !b.broken {
		b.diags.add(c.decl.Name.Pos(), CodePlace, c.name, "the state %s has no tasks, so nothing could run on its workers; mark a method of it with //offing:task, or remove the directive", c.of.Name())
	}
	return false
}

// claimState takes the names that users of a constructor see.
func (b *builder) claimState(c *constructor) bool {
	of := "type " + c.of.Name()
	claims := [][2]string{{c.model.Workers, of}, {c.model.New, of}}
	if len(c.params) > 1 {
		if c.x == "" {
			b.diags.add(c.decl.Name.Pos(), CodeValue, c.name, "the name has no upper-case form, which that of its arguments is made of; rename the function, or take one parameter")
			return false
		}
		claims = append(claims, [2]string{c.x + "Args", "function " + c.name})
	}
	for _, claim := range claims {
		h, free := b.names.claim(claim[0], holder{"emitted for the constructor " + c.name, c.decl.Name.Pos()})
		if !free {
			b.diags.clash(c.decl.Name.Pos(), h.pos, CodeClash, c.name, "%s is %s; rename that, or the %s", claim[0], b.holder(h), claim[1])
			return false
		}
	}
	return true
}

// ofConstructor makes of what is said of a task's parameter what there is to say of a
// constructor's, which cannot be local, and returns nothing but a state.
func ofConstructor(text string) string {
	text = toConstructor().Replace(text)
	if said, _, found := strings.Cut(text, "; return "); found {
		return said + "; leave it out of what the constructor takes"
	}
	return text
}

var toConstructor = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(
		`add "local" or pass a value`, "pass what the constructor can make it of",
		`add "local" or `, "", `, or add "local"`, "",
		ownPool, "let the state have a pool of its own",
		", or the task to one with the same constraint", "",
		"what the task takes and returns", "what the constructor takes",
		"a task's first parameter", "a constructor's first parameter",
		"the task", "the constructor",
	)
})

// fillState completes the model of a constructor.
func (b *builder) fillState(c *constructor) {
	defer b.diags.ofState(len(b.diags.list))
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
	b.guardClose(c)
	b.own(t)
	t.complete = true
	c.model.Open = t.model
	b.model.States = append(b.model.States, c.model)
}
