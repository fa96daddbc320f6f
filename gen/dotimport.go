package gen

import (
	"go/ast"
	"go/token"
)

// dotImports returns the dot imports of a package. Those of its tests matter as
// far as they import what may have tasks, the packages of the module.
func dotImports(src *source, tests bool) (list []*ast.ImportSpec) {
	for _, f := range src.files {
		if f.syntax.Name.Name != src.name || f.test && !tests {
			continue
		}
		for _, spec := range f.syntax.Imports {
			if spec.Name != nil && spec.Name.Name == "." {
				list = append(list, spec)
			}
		}
	}
	return list
}

// exported returns what a package exports, with what is generated for it if it
// is in the module, as far as that is known.
func (s *session) exported(path string) (names []string) {
	if src := s.own(path); src != nil {
		for name := range src.decls {
			if token.IsExported(name) {
				names = append(names, name)
			}
		}
		return names
	}
	pkg, err := s.load(path)
	if err != nil {
		return nil
	}
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			names = append(names, name)
		}
	}
	return names
}
