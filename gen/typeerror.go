package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// What is said of a type that is none, and what to do about it where there is no
// better advice.
const (
	mendIt       = "mend its declaration"
	undetermined = "the type cannot be determined; " + mendIt
	asFunction   = "write a function that takes it as a parameter"
)

// typeRemedies say what to do about a type error, by what its text contains. The
// compiler has the same texts.
var typeRemedies = []struct{ text, remedy string }{
	{"is not a type", "write a type"},
	{"without instantiation", "write it with type arguments, as in Box[int]"},
	{"invalid recursive type", "put a pointer or a slice between"},
	{"not exported by package", "export it, or take a type of your own"},
	{"array length", "write a constant that is not negative"},
	{"does not satisfy", "take a type argument that does"},
	{"outside a type constraint", "take a type that fulfils it"},
	{"redeclared", "rename one"},
	{"multiple receivers", "write one, and the others as parameters"},
	{"method has no receiver", "write one, or remove its parentheses"},
	{"invalid receiver type", asFunction},
	{"cannot define new methods", asFunction},
}

// explain returns the reason of a type error in file f, in other words where it
// is that of a type which we emit, and with what to do about it: to who looks at
// the generated file, or has not got it yet, such a type is there. It is empty
// if the reason is an import that is reported by itself. Awaits is the directory of a
// package that has yet to be generated, if that is the reason.
func (b *builder) explain(pos token.Pos, reason string, f *file) (text, awaits string) {
	name, undefined := strings.CutPrefix(reason, "undefined: ")
	if !undefined {
		return b.otherwise(reason), ""
	}
	if text, awaits = b.emitted(name, f); text != "" {
		return text, awaits
	}
	return b.undefined(pos, name, f), ""
}

// otherwise says what to do about a type error that is no undefined name.
func (b *builder) otherwise(reason string) string {
	for _, r := range typeRemedies {
		if strings.Contains(reason, r.text) {
			return reason + "; " + r.remedy
		}
	}
	return reason + "; " + mendIt
}

// undefined says what to do about a name that file f uses and nobody declares or emits.
func (b *builder) undefined(pos token.Pos, name string, f *file) string {
	reason := "undefined: " + name
	pkg, _, qualified := strings.Cut(name, ".")
	switch {
	case qualified && b.badImport(f, pkg) != "":
		return ""
	case qualified && !f.taken:
		return reason + "; what package " + pkg + " has where " + f.condition.String() + " is not known here, take a type that every system has"
	case qualified:
		return reason + b.didYouMeanOf(f, name)
	case isQualifier(f, pos):
		return reason + b.misnamed(f, name)
	}
	return reason + b.didYouMean(name, "; declare it, or import its package")
}

// didYouMean names a type of the package that is spelt almost like one that there
// is not, or else says something.
func (b *builder) didYouMean(name, otherwise string) string {
	var words []string
	for _, scope := range []*types.Scope{types.Universe, b.checked.pkg.Scope()} {
		for _, word := range scope.Names() {
			if _, ok := scope.Lookup(word).(*types.TypeName); ok {
				words = append(words, word)
			}
		}
	}
	if near := nearest(name, words); near != "" && near != name {
		return "; did you mean " + near + "?"
	}
	return otherwise
}

// didYouMeanOf does so with the types that an imported package exports.
func (b *builder) didYouMeanOf(f *file, name string) string {
	pkg, member, _ := strings.Cut(name, ".")
	for _, spec := range f.syntax.Imports {
		if !calledBy(spec, pkg) {
			continue
		}
		var words []string
		if imported, err := b.s.load(importPath(spec)); err == nil {
			for _, word := range imported.Scope().Names() {
				if obj, ok := imported.Scope().Lookup(word).(*types.TypeName); ok && obj.Exported() {
					words = append(words, word)
				}
			}
		}
		if near := nearest(member, words); near != "" && near != member {
			return "; did you mean " + pkg + "." + near + "?"
		}
	}
	return "; package " + pkg + " has no such type, correct the name"
}

// calledBy reports whether an import may be called by a name in its file.
func calledBy(spec *ast.ImportSpec, name string) bool {
	if spec.Name != nil {
		return spec.Name.Name == name
	}
	return guessName(importPath(spec)) == name
}

// isQualifier reports whether at a position there is the name of a package.
func isQualifier(f *file, pos token.Pos) (found bool) {
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.X.Pos() == pos {
			found = true
		}
		return !found
	})
	return found
}

// misnamed says why a file knows no package by a name.
func (b *builder) misnamed(f *file, name string) string {
	for _, spec := range f.syntax.Imports {
		if spec.Name != nil || !calledBy(spec, name) {
			continue
		}
		switch src := b.s.own(importPath(spec)); {
		case src == nil || src.name == name:
		case src.name == "main":
			return ", as " + src.path + " is a program; move what others import to another package"
		default:
			return "; the package at " + src.path + " is called " + src.name + ", write that"
		}
	}
	return "; import the package"
}

// badImport returns why the import that a file calls by a name is missing, or "".
func (b *builder) badImport(f *file, name string) string {
	for _, spec := range f.syntax.Imports {
		if calledBy(spec, name) && b.s.exports.errors[importPath(spec)] != "" {
			return b.importRemedy(importPath(spec))
		}
	}
	return ""
}

// badImports says why imports of a file that does not make sense are missing.
func (b *builder) badImports(f *file) {
	for _, spec := range f.syntax.Imports {
		path := importPath(spec)
		if b.s.exports.errors[path] != "" {
			b.diags.add(spec.Pos(), CodeUnknown, "", "cannot import %s: %s", path, b.importRemedy(path))
		}
	}
}

// importRemedy says why there is no package at an import path, and what to do.
func (b *builder) importRemedy(path string) string {
	reason := b.s.exports.errors[path]
	rel, inside := strings.CutPrefix(path, b.s.module+"/")
	switch {
	case inside && b.s.module != "std":
		return "there is no package in the directory " + rel + " of this module; correct the path"
	case strings.Contains(reason, "is not in std"):
		return "the standard library has no such package; correct the path"
	case strings.Contains(reason, "no required module"):
		return "no required module provides it; run \"go get " + path + "\""
	case strings.Contains(reason, "go.sum"):
		return "go.sum lacks the sum of its module; run \"go mod tidy\""
	case strings.HasPrefix(reason, notCompiled) && strings.Contains(reason, strings.TrimSuffix(OutputName, ".go")):
		return reason + "; run offing there, then here again"
	case strings.HasPrefix(reason, notCompiled):
		return reason + "; correct that first"
	}
	return reason + "; see \"go list " + path + "\""
}

// redeclared reports a name that is declared twice, if a type error in a says so. The
// type checker tells of the other place in the error that follows; of a method, in words
// that have the whole path of the file.
func (b *builder) redeclared(a annotated, i int) bool {
	list := b.checked.errors
	name, _, twice := strings.Cut(list[i].Msg, " redeclared ")
	member, field := strings.CutPrefix(list[i].Msg, "field and method with the same name ")
	_, _, method := strings.Cut(list[i].Msg, " already declared at ")
	var other token.Pos
	switch {
	case field:
		name = member
	case method:
		name = a.name
		if first, ok := b.funcOf(a); ok {
			other = first.Pos()
		}
	case !twice:
		return false
	}
	if i+1 < len(list) && strings.HasPrefix(list[i+1].Msg, "\t") {
		other = list[i+1].Pos
	}
	if !other.IsValid() {
		b.diags.add(list[i].Pos, CodeClash, a.name, "%s is declared twice; rename one", name)
		return true
	}
	b.diags.clash(list[i].Pos, other, CodeClash, a.name, "%s is declared at %s too; rename one", name, b.diags.place(other))
	return true
}

// isGeneric reports whether a type lacks its type arguments.
func isGeneric(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.TypeParams().Len() > 0 && named.TypeArgs().Len() == 0
}
