package gen

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// emitted says what to do where a name that is not declared in file f is that of a
// type which we emit, or returns "". Awaits is the directory of the package for which it
// is emitted, if that is another.
func (b *builder) emitted(name string, f *file) (text, awaits string) {
	pkg, member, qualified := strings.Cut(name, ".")
	candidates := []*source{b.imported(f, pkg)}
	if !qualified {
		member, candidates = name, append([]*source{f.src}, b.dotted(f)...)
	}
	for _, src := range candidates {
		whose, advice := b.emitter(src, member)
		switch {
		case whose == "":
		case src.path != b.src.path && src.generated():
			return "package " + src.name + " has an old generated file; run offing ./...", src.dir
		case src.path != b.src.path:
			return "package " + src.name + " is not generated yet; run offing ./...", src.dir
		default:
			imported := slices.ContainsFunc(f.syntax.Imports, func(i *ast.ImportSpec) bool { return importPath(i) == templates.RuntimePath })
			if strings.Contains(advice, "*runtime.") && !imported {
				advice += ", and import " + templates.RuntimePath
			}
			return member + " is emitted by offing for " + whose + "; " + advice, ""
		}
	}
	return "", ""
}

// dotted returns the packages of the module of which f has all names without a prefix.
func (b *builder) dotted(f *file) (list []*source) {
	for _, spec := range f.syntax.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			list = append(list, b.s.own(importPath(spec))) // nil for one of another module
		}
	}
	return list
}

// imported returns the package of the module that f calls by a name, or nil.
func (b *builder) imported(f *file, name string) *source {
	for _, spec := range f.syntax.Imports {
		src := b.s.own(importPath(spec))
		if src == nil {
			continue
		}
		if spec.Name == nil && src.name == name || spec.Name != nil && spec.Name.Name == name {
			return src
		}
	}
	return nil
}

// An emission is for what a type is emitted, and what to write instead of its name.
type emission struct{ of, advice string }

// emitter returns for what of a package a type of that name is emitted, and what to
// write instead.
func (b *builder) emitter(src *source, name string) (of, advice string) {
	if src == nil {
		return "", ""
	}
	all, ok := b.emissions[src]
	if !ok {
		all = b.emissionsOf(src)
		if b.emissions == nil {
			b.emissions = map[*source]map[string]emission{}
		}
		b.emissions[src] = all
	}
	return all[name].of, all[name].advice
}

// emissionsOf returns what is emitted for a package, by the names of the types.
func (b *builder) emissionsOf(src *source) map[string]emission {
	all := map[string]emission{}
	reader := &builder{s: b.s, src: src, diags: &diagnostics{fset: b.diags.fset}, checked: b.checked} // who says nothing
	if src.path != b.src.path {
		reader.checked = b.s.check(src)
	}
	reader.marks = find(reader.diags, src)
	for _, a := range slices.Backward(reader.marks.tasks) { // the first of a name is the one that counts
		fn, ok := reader.funcOf(a)
		if inBuild := a.file.built || src.path == b.src.path; !ok || !inBuild { // else it is for another system
			continue
		}
		t := newTask(a, fn.Signature(), nil)
		if a.instance != nil {
			t, ok = reader.instantiate(a, fn)
		}
		if !ok {
			continue
		}
		of := map[bool]string{true: "constructor ", false: "task "}[a.opens] + t.label()
		for name, advice := range reader.emittedTypes(t) {
			all[name] = emission{of, advice}
		}
	}
	return all
}

// emittedTypes returns the names of the types that are emitted for a task or a constructor, and
// for each what to write where it is not there yet.
func (b *builder) emittedTypes(t *task) map[string]string {
	list := map[string]string{}
	params := t.params
	if t.isMethod() && b.isState(b.stateName(t.decl)) {
		params = params[1:]
	}
	if len(params) > 1 {
		list[t.x+"Args"] = "declare a type of your own and take that"
	}
	if t.opens {
		list[exportName(opened(t.decl))+"Workers"] = "write *runtime.Workers[*" + opened(t.decl) + "]"
		return list
	}
	of, name := b.resultType(t)
	future := "write *runtime.Future[" + types.TypeString(of, b.qualifier) + "]"
	if len(t.results) > 1 {
		list[t.x+"Result"] = "declare a type of your own and return that"
		future = "let " + t.name + " return one type of your own and write *runtime.Future of that"
	}
	list[cmp.Or(t.future, name)] = future
	return list
}

// isState reports whether a constructor seems to open a type of that name.
func (b *builder) isState(name string) bool {
	return slices.ContainsFunc(b.marks.tasks, func(a annotated) bool { return a.opens && opened(a.decl) == name })
}

// qualifier is for types in the package that the builder is of.
func (b *builder) qualifier(pkg *types.Package) string {
	if pkg == b.checked.pkg {
		return ""
	}
	return pkg.Name()
}

// generated reports whether a package that others import has our file.
func (src *source) generated() bool {
	for _, f := range src.files {
		if isOutput(f.name) {
			return true
		}
	}
	return false
}
