package gen

import "strings"

// emitted says what to do where a name that is not declared in file f is that of a
// type which we emit, or returns "".
func (b *builder) emitted(name string, f *file) string {
	src := f.src
	if pkg, member, ok := strings.Cut(name, "."); ok {
		src, name = b.imported(f, pkg), member
	}
	task, suffix := b.emitter(src, name)
	switch {
	case task == "":
		return ""
	case src.path != b.src.path && src.generated():
		return "package " + src.name + " has an old generated file; run offing ./..."
	case src.path != b.src.path:
		return "package " + src.name + " is not generated yet; run offing ./..."
	}
	use := map[string]string{"Args": "take", "Result": "return"}[suffix]
	return name + " is emitted by offing for task " + task + "; declare a type of your own and " + use + " that"
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
			if a.x()+suffix == name {
				return a.name, suffix
			}
		}
	}
	return "", ""
}

// generated reports whether a package that others import has our file.
func (src *source) generated() bool {
	for _, f := range src.files {
		if f.name == OutputName {
			return true
		}
	}
	return false
}
