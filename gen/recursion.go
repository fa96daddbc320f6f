package gen

import (
	"go/types"
	"slices"
)

// recurs reports whether planning t would never end: t is being planned
// already, or an instance of the same generic type is whose declaration leads
// back to itself, so that its arguments might grow forever. Box[Box[int]] is
// neither: what leads to the inner Box is an argument.
func (p *planner) recurs(t *types.Named) bool {
	return slices.ContainsFunc(p.stack, func(outer *types.Named) bool {
		if outer.Origin().Obj() != t.Origin().Obj() {
			return false
		}
		return types.Identical(outer, t) || leadsBack(t.Origin())
	})
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
