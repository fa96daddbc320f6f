package gen

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/offing-go/offing/templates"
)

// stateName returns the name of the type that a method is of, whatever the method calls
// it; empty for what is no method.
func (b *builder) stateName(fn *ast.FuncDecl) string {
	id, ok := baseOf(fn).(*ast.Ident)
	if !ok {
		return ""
	}
	if obj := b.checked.pkg.Scope().Lookup(id.Name); obj != nil {
		if named, ok := types.Unalias(obj.Type()).(*types.Named); ok {
			return named.Obj().Name()
		}
	}
	return id.Name
}

// settle makes of a method of a state a task on it: the state is no argument. It reports
// false if the state is one that cannot be opened, which a diagnostic has said, or says
// now.
func (b *builder) settle(t *task) bool {
	name := b.stateName(t.decl)
	if name == "" {
		return true
	}
	if c := b.states[name]; c != nil {
		t.on, t.params = c, t.params[1:]
		return true
	}
	i := slices.IndexFunc(b.marks.tasks, func(a annotated) bool { return a.opens && opened(a.decl) == name })
	refused := slices.ContainsFunc(b.marks.refused, func(a annotated) bool { return opened(a.decl) == name })
	if i < 0 && !refused {
		return true
	}
	t.params = t.params[1:] // the state, whose fields need not cross
	if i >= 0 && b.marks.tasks[i].file.test && !t.file.test {
		c := b.marks.tasks[i]
		at := c.decl.Name.Pos()
		b.diags.clash(t.decl.Name.Pos(), at, CodePlace, t.label(), "the constructor of its state, %s at %s, is in a test, and the task is not; move one to where the other is",
			c.name, b.diags.place(at))
	}
	return false
}

// opened returns the name of the type that a constructor seems to open, by its text.
func opened(fn *ast.FuncDecl) string {
	if fn.Type.Results.NumFields() == 0 { // () as well
		return ""
	}
	of := ast.Unparen(fn.Type.Results.List[0].Type)
	if star, ok := of.(*ast.StarExpr); ok {
		of = ast.Unparen(star.X)
	}
	if id, ok := of.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// on tells the model of a task which state it is a method of.
func (b *builder) on(t *task) {
	c := t.on
	vars := []string{t.model.Arg.Var}
	if t.model.Result != nil {
		vars = append(vars, t.model.Result.Vars...)
	}
	t.model.On = &templates.On{
		Of: c.model.Of, Workers: c.model.Workers, Home: c.task.model.Names.Var,
		Var: vary("state", func(name string) bool { return slices.Contains(vars, name) || b.names.isPackageLevel(name) }),
	}
}
