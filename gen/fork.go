package gen

import (
	"go/types"
	"maps"
	"slices"

	"github.com/offing-go/offing/templates"
)

// fork returns a builder for a unit with a condition. It goes on from what the file
// that is always built declares, and knows nothing of the other units but the names
// that it must not take.
func (b *builder) fork(u unit, taken names, unions []marked) *builder {
	f := *b
	f.src, f.checked = u.view, b.s.check(u.view)
	f.names = &taken
	f.futures, f.declared = maps.Clone(b.futures), slices.Clone(b.declared)
	f.model.Imports = slices.Clone(b.model.Imports)
	f.planner = newPlanner(f.typeExprs(), f.names)
	f.exprs = f.planner.exprs
	f.planner.condition = u.condition
	f.planner.recallFrom(b.planner)
	f.planner.unions = f.unions(unions)
	return &f
}

// recallFrom takes the codecs that a file has which is always built. Those that are
// planned and in no file it has to plan anew, under names of its own: two units may
// need the same.
func (p *planner) recallFrom(old *planner) {
	unwritten := map[string]bool{}
	for _, c := range old.codecs {
		unwritten[c.Append] = true
	}
	there := func(_ string, plan *templates.Plan) bool { return plan.Append != "" && unwritten[plan.Append] }
	p.done, p.items = maps.Clone(old.done), maps.Clone(old.items)
	maps.DeleteFunc(p.done, there)
	maps.DeleteFunc(p.items, there)
	p.byMethods = maps.Clone(old.byMethods)
}

// hoist moves the aliases that a unit needs to the file that is always built, as far
// as their types are: another unit may need the same.
func (b *builder) hoist(from *builder, main *templates.Package) {
	from.model.Futures = slices.DeleteFunc(from.model.Futures, func(f templates.Future) bool {
		of := from.futures[f.Name]
		if b.conditional(of.of) {
			return false
		}
		main.Futures = append(main.Futures, f)
		b.declared = append(b.declared, f.Name)
		b.futures[f.Name] = of
		return true
	})
	for _, i := range from.model.Imports {
		if !slices.ContainsFunc(main.Imports, func(o templates.Import) bool { return o.Path == i.Path }) {
			main.Imports = append(main.Imports, i)
		}
	}
}

// conditional reports whether a type mentions one that is not always built.
func (b *builder) conditional(t types.Type) bool {
	inside := func(obj *types.TypeName, args *types.TypeList) bool {
		if f := b.s.fileAt(obj.Pos()); f != nil && f.condition != nil {
			return true
		}
		for i := range args.Len() {
			if b.conditional(args.At(i)) {
				return true
			}
		}
		return false
	}
	switch t := t.(type) {
	case *types.Alias:
		return inside(t.Obj(), t.TypeArgs())
	case *types.Named:
		return inside(t.Obj(), t.TypeArgs())
	case *types.Map:
		return b.conditional(t.Key()) || b.conditional(t.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		return b.conditional(t.Elem())
	case *types.Basic:
		return false
	case *types.Struct:
		return t.NumFields() > 0
	}
	return true // rather an alias too many than one that does not compile
}

// unitNames are the names that the units of a package have taken, each in addition to
// those before.
type unitNames struct {
	base  *names // of what is always built
	units []unit
	added []map[string]holder
}

// before returns the names that a unit finds: those of all units that may be part of a
// build with it.
func (n *unitNames) before(u unit) names {
	found := names{taken: maps.Clone(n.base.taken), locals: maps.Clone(n.base.locals), imports: maps.Clone(n.base.imports)}
	for i, v := range n.units {
		if !u.excludes(v) {
			maps.Copy(found.taken, n.added[i])
		}
	}
	return found
}

// all adds the names of all units to those of the base, which goes on with tests.
func (n *unitNames) all(base *names) {
	for _, added := range n.added {
		maps.Copy(base.taken, added)
	}
}

// add notes what a unit has taken: not what it has found, which may be of a unit that is
// never part of a build with another one that finds these.
func (n *unitNames) add(u unit, after *names) {
	if u.condition == nil && !u.test {
		return // all others begin with them
	}
	added := maps.Clone(after.taken)
	if after != n.base {
		found := n.before(u).taken
		maps.DeleteFunc(added, func(name string, _ holder) bool {
			_, before := found[name]
			return before
		})
	}
	n.units, n.added = append(n.units, u), append(n.added, added)
}
