package vet

import (
	"maps"
	"slices"

	"golang.org/x/tools/go/packages"
)

// loadBeside loads the packages of a pattern, and with them, as they have to be of one
// load, those that facts have to be found in.
func loadBeside(c *packages.Config, pattern string) (list, with []*packages.Package, err error) {
	if list, err = packages.Load(c, pattern); err != nil {
		return nil, nil, err
	}
	more := beside(list)
	if len(more) == 0 {
		return list, list, nil
	}
	if with, err = packages.Load(c, append(more, pattern)...); err != nil {
		return nil, nil, err
	}
	return slices.DeleteFunc(slices.Clone(with), func(p *packages.Package) bool { return !contains(list, p) }), with, nil
}

// beside returns the import paths of packages that facts have to be found in, other than
// the ones of a list: those of the main modules, imported by programs and tests of the
// list, that have to do with worker processes.
func beside(list []*packages.Package) []string {
	more, concerned := map[string]bool{}, map[*packages.Package]bool{}
	var visit func(p *packages.Package) bool
	visit = func(p *packages.Package) bool {
		if does, seen := concerned[p]; seen || p.PkgPath == processPath {
			return does || p.PkgPath == processPath
		}
		does := false
		for _, imported := range p.Imports {
			does = visit(imported) || does
		}
		concerned[p] = does
		if does && p.Module != nil && p.Module.Main && p.ForTest == "" && !contains(list, p) {
			more[p.PkgPath] = true
		}
		return does
	}
	for _, p := range list {
		if p.Name == "main" || p.ForTest != "" {
			visit(p)
		}
	}
	return slices.Sorted(maps.Keys(more))
}

// contains reports whether a list has a package, perhaps loaded another time.
func contains(list []*packages.Package, p *packages.Package) bool {
	return slices.ContainsFunc(list, func(q *packages.Package) bool { return q.ID == p.ID })
}

// linked returns packages as copies that import none but loaded ones that compile: only
// of these is there source to find facts in.
func linked(loaded, list []*packages.Package) (roots []*packages.Package) {
	copies := map[*packages.Package]*packages.Package{}
	for _, p := range loaded {
		c := *p
		copies[p] = &c
	}
	for p, c := range copies {
		c.Imports = map[string]*packages.Package{}
		for path, imported := range p.Imports {
			if to := copies[imported]; to != nil && !to.IllTyped {
				c.Imports[path] = to
			}
		}
	}
	for _, p := range list {
		roots = append(roots, copies[p])
	}
	return roots
}
