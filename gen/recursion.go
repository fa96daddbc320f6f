package gen

import (
	"go/types"
	"slices"

	"github.com/offing-go/offing/templates"
)

// A frame is a declared type that is being planned.
type frame struct {
	t            *types.Named // nil for a type of our own
	name         string       // of its functions, if t is nil
	append, read string       // functions; empty until they are asked for
	deep         bool         // it leads back to itself
}

// christen gives the functions of a codec their names.
func (p *planner) christen(f *frame) {
	if f.append != "" {
		return
	}
	if f.t != nil {
		f.name = futureName(f.t, p.exprs.local)
	}
	f.append, f.read = p.names.allocate("append"+f.name), p.names.allocate("read"+f.name)
}

// again plans a type inside itself, or returns nil: by the codec that it will
// have. All types on the way from it to itself count how deep they are, or a
// circle through them would have no end.
func (p *planner) again(t *types.Named, expr templates.Type) *templates.Plan {
	i := slices.IndexFunc(p.stack, func(outer *frame) bool { return types.Identical(outer.t, t) })
	if i < 0 {
		return nil
	}
	for _, f := range p.stack[i:] {
		f.deep = true
	}
	f := p.stack[i]
	p.christen(f)
	return &templates.Plan{
		Kind: templates.Named, Type: expr, Append: f.append, Read: f.read,
		ByValue: !isStruct(t) && !isArray(t), Fails: true, Deep: true, Least: p.least(t),
	}
}

// join is for a type that was planned before, inside a type that still is. If it
// is deep it may lead back to any that something inside asked for, and then what
// is on the way from there to here is in the circle too. One too many does no
// harm.
func (p *planner) join(plan *templates.Plan) {
	i := slices.IndexFunc(p.stack, func(f *frame) bool { return f.append != "" })
	if !plan.Deep || i < 0 {
		return
	}
	for _, f := range p.stack[i:] {
		f.deep = true
	}
}

// leadsDeep reports whether a codec calls a deep one: it then counts as well, or
// the count would begin anew below it.
func leadsDeep(form *templates.Plan, fields []templates.FieldPlan) bool {
	return deepInside(form) || anyDeep(fields)
}

func anyDeep(fields []templates.FieldPlan) bool {
	return slices.ContainsFunc(fields, func(f templates.FieldPlan) bool { return deepInside(f.Plan) })
}

func deepInside(p *templates.Plan) bool {
	switch {
	case p == nil:
		return false
	case p.Kind == templates.Named:
		return p.Deep
	case p.Kind == templates.ErrorValue: // of a type that may hold the value again
		return true
	}
	return deepInside(p.Key) || deepInside(p.Elem) || anyDeep(p.Fields) || slices.ContainsFunc(p.Members, deepInside)
}

// least returns how many bytes a value of type t takes at least, by its type
// alone: the plan of a recursive type is not there when it is asked for. A struct of
// another package may turn out to encode itself, and then takes what that takes.
func (p *planner) least(t types.Type) int {
	if isContentless(t) {
		return 1
	}
	switch named, _ := t.(*types.Named); {
	case named == nil:
	case types.TypeString(t, nil) == "time.Time":
		return wordSizes["Time"]
	case ownPair.has(named), isStruct(t) && p.isForeign(named):
		return min(leastOf(t), p.leastOfForm(t.Underlying()))
	}
	return p.leastOfForm(t.Underlying())
}

// leastOfForm is least for a type without a name.
func (p *planner) leastOfForm(u types.Type) int {
	switch u := u.(type) {
	case *types.Basic:
		return minSize(&templates.Plan{Kind: templates.Word, Word: basicName(u)})
	case *types.Slice, *types.Map:
		return 4
	case *types.Interface:
		return 2
	case *types.Array:
		return min(int(min(u.Len(), maxMinSize))*p.least(types.Unalias(u.Elem())), maxMinSize)
	case *types.Struct:
		n := 0
		for f := range u.Fields() {
			if f.Name() != "_" && !isContentless(f.Type()) {
				n = min(n+p.least(types.Unalias(f.Type())), maxMinSize)
			}
		}
		return max(1, n)
	}
	return 1
}

func (p *planner) isForeign(t *types.Named) bool {
	return t.Obj().Pkg() == nil || t.Obj().Pkg().Path() != p.exprs.local.Path()
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// isArray reports whether the codec of a type that is no struct takes a pointer all the
// same. An array may be as large as a struct, and a copy of it for each level that a
// recursive one is deep would be more than a stack holds.
func isArray(t types.Type) bool {
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// isContentless reports whether all values of t are the same.
func isContentless(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if f.Name() != "_" && !isContentless(f.Type()) {
				return false
			}
		}
		return true
	case *types.Array:
		return u.Len() == 0 || isContentless(u.Elem())
	}
	return false
}

// grows reports whether planning t would never end: an instance of the same
// generic type is being planned whose declaration leads back to itself, and the
// arguments have become deeper. Box[Box[int]] does not grow: what leads to the
// inner Box is an argument. Nor does List[int] inside List[List[int]].
func (p *planner) grows(t *types.Named) bool {
	return slices.ContainsFunc(p.stack, func(outer *frame) bool {
		return outer.t.Origin().Obj() == t.Origin().Obj() && leadsBack(t.Origin()) && depthOf(t) > depthOf(outer.t)
	})
}

// depthOf returns how deep type expressions are inside each other in t.
func depthOf(t types.Type) int {
	deepest := 0
	inside := func(t types.Type) { deepest = max(deepest, depthOf(t)) }
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			inside(arg)
		}
	case *types.Map:
		inside(t.Key())
		inside(t.Elem())
	case interface{ Elem() types.Type }:
		inside(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			inside(f.Type())
		}
	}
	return deepest + 1
}

// leadsBack reports whether the declaration of a type mentions the type, be it
// by way of others.
func leadsBack(origin *types.Named) bool {
	seen := map[*types.TypeName]bool{}
	var leads func(t types.Type) bool
	named := func(t *types.Named) bool {
		if t.Obj() == origin.Obj() {
			return true
		}
		for arg := range t.TypeArgs().Types() {
			if leads(arg) {
				return true
			}
		}
		if seen[t.Obj()] {
			return false
		}
		seen[t.Obj()] = true
		return leads(t.Origin().Underlying())
	}
	leads = func(t types.Type) bool {
		switch t := types.Unalias(t).(type) {
		case *types.Named:
			return named(t)
		case *types.Map:
			return leads(t.Key()) || leads(t.Elem())
		case interface{ Elem() types.Type }:
			return leads(t.Elem())
		case *types.Struct:
			for f := range t.Fields() {
				if leads(f.Type()) {
					return true
				}
			}
		}
		return false
	}
	return leads(origin.Underlying())
}
