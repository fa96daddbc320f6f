package gen

import "strings"

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
		task, suffix := b.emitter(src, member)
		switch {
		case task == "":
		case src.path != b.src.path && src.generated():
			return "package " + src.name + " has an old generated file; run offing ./...", src.dir
		case src.path != b.src.path:
			return "package " + src.name + " is not generated yet; run offing ./...", src.dir
		default:
			use := map[string]string{"Args": "take", "Result": "return"}[suffix]
			return member + " is emitted by offing for task " + task + "; declare a type of your own and " + use + " that", ""
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

// emitter returns the task of a package for which a type of that name is
// emitted, and how the name ends.
func (b *builder) emitter(src *source, name string) (task, suffix string) {
	if src == nil {
		return "", ""
	}
	unheard := diagnostics{fset: b.diags.fset}
	for _, a := range find(&unheard, src).tasks {
		for _, suffix := range []string{"Args", "Result"} {
			inBuild := a.file.built || src.path == b.src.path // else it is for another system
			if inBuild && a.emits(name, suffix) {
				return a.name, suffix
			}
		}
	}
	return "", ""
}

// emits reports whether a type that is emitted for the task has a name which ends in
// suffix. What is in between in those of an instance are its types.
func (a annotated) emits(name, suffix string) bool {
	types, ok := strings.CutPrefix(name, a.x())
	types, ends := strings.CutSuffix(types, suffix)
	return ok && ends && (types == "" || a.instance != nil)
}

// generated reports whether a package that others import has a file of ours.
func (src *source) generated() bool {
	for _, f := range src.files {
		if isOutput(f.name) {
			return true
		}
	}
	return false
}
