package gen

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// A Union is an interface type with //offing:union.
type Union struct {
	ID    string   // import path, dot, name
	Types []string // that it may hold, with the import paths of their packages
}

// Holds reports whether the union lists a type.
func (u Union) Holds(t types.Type) bool { return slices.Contains(u.Types, typeID(t)) }

// listUnions describes the unions of the package at an import path that are free
// of mistakes, by name.
func (p *planner) listUnions(path string) (list []Union) {
	for _, name := range slices.Sorted(maps.Keys(p.unions)) {
		u := Union{ID: path + "." + name}
		for _, t := range p.unions[name] {
			u.Types = append(u.Types, typeID(t))
		}
		if u.Types != nil {
			list = append(list, u)
		}
	}
	return list
}

// maxMembers is as many as two bytes can number, beside nil.
const maxMembers = 1<<16 - 1

// unions finds the types that the unions of the package list, by name of the
// union. What is wrong with one is reported, and then it has none.
func (b *builder) unions(list []marked) map[string][]types.Type {
	found := map[string][]types.Type{}
	for _, m := range list {
		found[m.name] = b.members(m)
	}
	return found
}

// members returns the types of one union, nil if something is wrong with it.
func (b *builder) members(m marked) (list []types.Type) {
	obj := b.checked.pkg.Scope().Lookup(m.name)
	if m.types == nil || obj == nil || obj.Type().Underlying() == types.Typ[types.Invalid] {
		return nil // the type checker has its say where the type is used
	}
	iface, ok := obj.Type().Underlying().(*types.Interface)
	_, declared := obj.Type().(*types.Named)
	switch {
	case ok && !declared:
		b.diags.add(m.pos, CodePlace, "", "//offing:union marks an interface type, and %s is an alias of one; declare a type, without the =", m.name)
		return nil
	case !ok:
		b.diags.add(m.pos, CodePlace, "", "//offing:union marks an interface type, and %s is none; move it above one", m.name)
		return nil
	case !iface.IsMethodSet():
		b.diags.add(m.pos, CodePlace, "", "//offing:union marks an interface type that variables may have, and %s is a constraint; let it have methods only", m.name)
		return nil
	case len(m.types) > maxMembers:
		b.diags.add(m.pos, CodeValue, "", "//offing:union of %s has %d types, %d are the most; list fewer", m.name, len(m.types), maxMembers)
		return nil
	}
	before := len(b.diags.list)
	for _, one := range m.types {
		if t := b.member(m, iface, one); t != nil {
			if slices.ContainsFunc(list, func(o types.Type) bool { return types.Identical(o, t) }) {
				b.diags.add(one.pos, CodeValue, "", "//offing:union of %s: %s is listed twice; remove one", m.name, one.text)
			}
			list = append(list, t)
		}
	}
	if len(b.diags.list) > before {
		return nil
	}
	return list
}

// member returns a type that a union lists, or nil.
func (b *builder) member(m marked, iface *types.Interface, one member) types.Type {
	wrong := func(format string, args ...any) types.Type {
		b.diags.add(one.pos, CodeValue, "", "//offing:union of "+m.name+": "+format, args...)
		return nil
	}
	tv, err := types.Eval(b.diags.fset, b.checked.pkg, m.pos, one.text)
	switch {
	case err != nil || !tv.IsType() || tv.Type == types.Typ[types.Invalid]:
		switch {
		case err != nil && strings.Contains(err.Error(), "not exported"):
			return wrong("%s is not exported; list types that this package may name", one.text)
		case err != nil && strings.Contains(err.Error(), "without instantiation"):
			return wrong("%s has type parameters; list instances, such as %[1]s[int]", one.text)
		}
		return wrong("%s", b.unknownType(one.text))
	case isGeneric(tv.Type):
		return wrong("%s has type parameters; list instances, such as %[1]s[int]", one.text)
	case types.IsInterface(tv.Type):
		return wrong("%s is an interface; list the types that it may hold", one.text)
	case types.Implements(tv.Type, iface):
		return tv.Type
	case types.Implements(types.NewPointer(tv.Type), iface):
		return wrong("%s does not implement %s, *%[1]s does; list that", one.text, m.name)
	}
	missing, _ := types.MissingMethod(tv.Type, iface, true)
	if missing == nil {
		return wrong("%s does not implement %s; remove it from the list", one.text, m.name)
	}
	return wrong("%s does not implement %s: it has no method %s as there; give it one, or remove it from the list", one.text, m.name, missing.Name())
}

// unionOf returns the types of a union of the package, and whether t is marked as
// one.
func (p *planner) unionOf(t types.Type) (members []types.Type, marked bool) {
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != p.exprs.local.Path() {
		return nil, false
	}
	members, marked = p.unions[named.Obj().Name()]
	return members, marked
}

// union plans a marked interface type.
func (p *planner) union(members []types.Type, expr templates.Type, path string) (plan *templates.Plan, all problems) {
	plan = &templates.Plan{Kind: templates.Union, Type: expr, Fails: true}
	for _, t := range members {
		m, bad := p.plan(t, path+".("+shortType(t)+")")
		if all = all.and(bad); m != nil {
			plan.Members, plan.Mins = append(plan.Members, m), append(plan.Mins, minSize(m))
			plan.Stack += onStack(t)
		}
	}
	return plan, all
}

// unknownType answers a type in a directive that means nothing in its file.
func (b *builder) unknownType(text string) string {
	name := strings.TrimLeft(text, "*[]")
	text += " is not a type that this file knows"
	if strings.Contains(name, ".") {
		return text + "; import its package, which a line var _ " + name + " keeps in use"
	}
	return text + b.didYouMean(name, "; declare it")
}
