package gen

import "strings"

// explain returns the reason of a type error in file f, in other words where it
// is that of a type which we emit: to who looks at the generated file, or has
// not got it yet, such a type is there.
func (b *builder) explain(reason string, f *file) string {
	name, ok := strings.CutPrefix(reason, "undefined: ")
	if !ok {
		return reason
	}
	src := f.src
	if pkg, member, ok := strings.Cut(name, "."); ok {
		src, name = b.imported(f, pkg), member
	}
	task, suffix := b.emitter(src, name)
	switch {
	case task == "":
		return reason
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
