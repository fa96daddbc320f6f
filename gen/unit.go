package gen

import (
	"cmp"
	"slices"
	"strings"
)

// A unit is the files of a package that have one output: tests or not, with the same
// condition.
type unit struct {
	test      bool
	condition *condition
	view      *source // the package as it is where the condition holds
}

// has reports whether a file belongs to the unit.
func (u unit) has(f *file) bool {
	return u.test == f.test && u.condition.String() == f.condition.String()
}

// output returns the name of the file that is generated.
func (u unit) output() string {
	base := strings.TrimSuffix(OutputName, ".go")
	switch {
	case !u.test:
		return u.condition.output(base, ".go")
	case u.view.tests != "":
		return u.condition.output(base+"_x", "_test.go")
	}
	return u.condition.output(base, "_test.go")
}

// excludes reports whether two units are never part of one build.
func (u unit) excludes(v unit) bool { return u.condition.excludes(v.condition) }

// units returns the units of a package, in the order in which they are generated: what
// is always built comes first, as the others may use what it declares, and tests last.
func (s *session) units(src *source, found annotations) []unit {
	list := []unit{{view: src}, {test: true, view: src}}
	add := func(f *file) {
		if f.condition == nil || slices.ContainsFunc(list, func(u unit) bool { return u.has(f) }) {
			return
		}
		view := src
		if !f.taken {
			c, _ := findWorld(s.build(), func(w world) bool { return w.has(f.condition) }, f.condition)
			view = src.under(&c)
		}
		list = append(list, unit{f.test, f.condition, view})
	}
	for _, t := range found.tasks {
		add(t.file)
	}
	for _, m := range found.errors {
		add(m.file)
	}
	rank := func(u unit) int {
		n := 0
		if u.test {
			n = 2
		}
		if u.condition != nil {
			n++
		}
		return n
	}
	slices.SortStableFunc(list, func(u, v unit) int {
		return cmp.Or(cmp.Compare(rank(u), rank(v)), cmp.Compare(u.condition.String(), v.condition.String()))
	})
	return list
}

// apart reports units of one directory that would have the same file. Their names end in
// a digest, so that hardly happens; but then the last would replace the others.
func (r *run) apart(all []*pkg) {
	holders := map[string]*file{}
	for _, p := range all {
		for _, u := range p.units {
			f := p.found.fileOf(u)
			if f == nil {
				continue
			}
			name := strings.ToLower(u.output())
			if other := holders[name]; other != nil {
				r.diags.clash(f.syntax.Package, other.syntax.Package, CodeClash, "",
					"%s would be the generated file for %s and for %s, whose build constraints differ (%s, %s); write one of them in another way, or rename a tag",
					u.output(), f.name, other.name, f.condition, other.condition)
				continue
			}
			holders[name] = f
		}
	}
}
