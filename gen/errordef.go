package gen

import (
	"go/ast"
	"go/types"

	"github.com/offing-go/offing/templates"
)

// errorDefs fills what the file says of errors that keep their identity.
func (b *builder) errorDefs(list []marked) {
	for _, m := range list {
		if _, isType := m.spec.(*ast.TypeSpec); isType {
			b.errorType(m)
		} else {
			b.sentinel(m)
		}
	}
}

// sentinel is for a variable. Its type is mostly that of a call, and not known
// without loading what is called: the compiler will tell.
func (b *builder) sentinel(m marked) {
	obj := b.checked.pkg.Scope().Lookup(m.name)
	if obj != nil && known(obj.Type()) && !types.AssignableTo(obj.Type(), errorType) {
		b.diags.add(m.pos, CodePlace, "", "//offing:error marks error variables and error types, and %s is %s; declare it as an error, or remove the directive", m.name, withArticle(b.typeName(obj.Type())))
		return
	}
	def := templates.ErrorDef{ID: b.src.path + "." + m.name, Var: m.name}
	b.model.Errors = append(b.model.Errors, def)
	b.listError(m, def, "error")
}

func known(t types.Type) bool { return t != nil && t.Underlying() != types.Typ[types.Invalid] }

// errorType is for a type. Where both T and *T are errors, both may be found in
// one.
func (b *builder) errorType(m marked) {
	obj := b.checked.pkg.Scope().Lookup(m.name)
	if obj == nil || !known(obj.Type()) {
		b.diags.add(m.pos, CodeUnknown, "", "error type %s: the type cannot be determined; declare it", m.name)
		return
	}
	t := obj.Type()
	iface := errorType.Underlying().(*types.Interface)
	pointer := types.NewPointer(t)
	switch {
	case types.IsInterface(t):
		b.diags.add(m.pos, CodePlace, "", "//offing:error marks error variables and error types, and %s is an interface; mark the types that implement it", m.name)
		return
	case b.otherwiseMarked(m, obj):
		return
	case !types.Implements(t, iface) && !types.Implements(pointer, iface):
		b.diags.add(m.pos, CodePlace, "", "//offing:error marks error variables and error types, and %s has no method Error() string; give it one, or remove the directive", m.name)
		return
	case types.Implements(t, iface):
		b.defineError(m, t, m.name)
	}
	if isStruct(t) || !types.Implements(t, iface) {
		b.defineError(m, pointer, "*"+m.name)
	}
}

// otherwiseMarked refuses an alias of a type that is marked elsewhere or can be, as a type
// with two names among errors would end each program that has them. An alias is for what
// cannot be marked itself: a type of another module, or an instance.
func (b *builder) otherwiseMarked(m marked, obj types.Object) bool {
	if _, isAlias := obj.Type().(*types.Alias); !isAlias {
		return false
	}
	t := pointedTo(types.Unalias(obj.Type()))
	if named, ok := t.(*types.Named); ok && named.TypeArgs().Len() == 0 && b.exprs.file(named.Obj().Pos()) != nil {
		at := named.Obj().Pos()
		b.diags.clash(m.pos, at, CodePlace, "", "//offing:error marks a type where it is declared, and %s is an alias of %s; remove the directive, and put it above that at %s if it is not there",
			m.name, b.typeName(t), b.diags.place(at))
		return true
	}
	id := typeID(t)
	first, again := b.aliased[id]
	if again {
		b.diags.clash(m.pos, first.pos, CodePlace, "", "//offing:error marks %s by its alias %s at %s already; remove the directive of %s", b.typeName(t), first.name, b.diags.place(first.pos), m.name)
		return true
	}
	if b.aliased == nil {
		b.aliased = map[string]marked{}
	}
	b.aliased[id] = m
	return false
}

// pointedTo returns what is behind a pointer: of a type that is marked, it is found in errors
// with and without.
func pointedTo(t types.Type) types.Type {
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// defineError adds one type as it is found in errors.
func (b *builder) defineError(m marked, t types.Type, name string) {
	b.planner.refused = map[string]bool{}
	plan, bad := b.planner.plan(t, "")
	if bad != nil {
		b.report(subject{pos: m.pos, file: m.file}, "error type "+m.name, bad)
		return
	}
	expr, _ := b.exprs.expr(t, "")
	id := b.src.path + "." + m.name
	if name != m.name {
		id = "*" + id
	}
	def := templates.ErrorDef{ID: id, Type: expr, Plan: plan, Deep: deepInside(plan), Min: minSize(plan), Shape: b.planner.shape(t)}
	b.model.Errors = append(b.model.Errors, def)
	b.listError(m, def, types.TypeString(t, (*types.Package).Name))
}
