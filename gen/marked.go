package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// A marked is a variable or type with a directive of its own: //offing:error or
// //offing:union.
type marked struct {
	name  string
	file  *file
	pos   token.Pos // of the name
	spec  ast.Spec  // a *ast.TypeSpec or *ast.ValueSpec
	doc   string    // of the declaration
	types []member  // of a union
}

// A member is a type that a union lists.
type member struct {
	text string
	expr ast.Expr
	pos  token.Pos // in the directive
}

// annotations are what a package marks, in order of file and position.
type annotations struct {
	tasks   []annotated
	errors  []marked
	unions  []marked
	refused []annotated // constructors that something is wrong with, whatever their types
}

// emitNothing reports whether no file has to be generated. A union alone needs
// none.
func (a annotations) emitNothing() bool { return len(a.tasks) == 0 && len(a.errors) == 0 }

// of returns what is marked in the files of a unit.
func (a annotations) of(u unit) annotations {
	return annotations{
		tasks:  slices.DeleteFunc(slices.Clone(a.tasks), func(t annotated) bool { return !u.has(t.file) }),
		errors: slices.DeleteFunc(slices.Clone(a.errors), func(m marked) bool { return !u.has(m.file) }),
		unions: a.unions, refused: a.refused,
	}
}

// fileOf returns the first file of a unit with something to generate, or nil.
func (a annotations) fileOf(u unit) *file {
	marks := a.of(u)
	switch {
	case len(marks.tasks) > 0:
		return marks.tasks[0].file
	case len(marks.errors) > 0:
		return marks.errors[0].file
	}
	return nil
}

// declaration reads the directives of variables and types.
func (f *finder) declaration(file *file, g *ast.GenDecl) {
	if g.Tok != token.VAR && g.Tok != token.TYPE {
		return
	}
	f.marks(file, g.Doc, g.Specs)
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			f.marks(file, spec.Doc, []ast.Spec{spec})
		case *ast.ValueSpec:
			f.marks(file, spec.Doc, []ast.Spec{spec})
		}
	}
}

// marks reads the directives of one doc comment, which is about all of specs.
func (f *finder) marks(file *file, doc *ast.CommentGroup, specs []ast.Spec) {
	if doc == nil {
		return
	}
	first := map[string]*ast.Comment{}
	for _, c := range doc.List {
		d, ok := ast.ParseDirective(c.Slash, c.Text)
		if !ok || d.Tool != tool {
			continue
		}
		if before := first[d.Name]; before != nil && belongs[d.Name] != "" && d.Name != "task" {
			f.used[c] = true
			f.diags.clash(c.Slash, before.Slash, CodePlace, "", "a second //offing:%s directive; move what it lists to the first and remove it", d.Name)
			continue
		}
		first[d.Name] = c
		switch d.Name {
		case "error":
			f.used[c] = true
			text := doc.Text()
			if len(specs) > 1 {
				text = "" // it is about all of them
			}
			f.markErrors(file, d, text, specs)
		case "union":
			f.used[c] = true
			f.markUnion(file, d, specs)
		}
	}
}

func (f *finder) markErrors(file *file, d ast.Directive, doc string, specs []ast.Spec) {
	if d.Args != "" {
		f.diags.add(d.ArgsPos, CodeKey, "", "//offing:error takes no arguments; remove what follows it")
		return
	}
	if len(specs) == 0 {
		f.diags.add(d.Slash, CodePlace, "", "//offing:error marks %s, and nothing is declared here; move it above one", belongs[d.Name])
	}
	for _, spec := range specs {
		if v, ok := spec.(*ast.ValueSpec); ok {
			for _, id := range v.Names {
				f.markError(marked{name: id.Name, file: file, pos: id.Pos(), spec: spec, doc: doc})
			}
			continue
		}
		id := spec.(*ast.TypeSpec).Name
		f.markError(marked{name: id.Name, file: file, pos: id.Pos(), spec: spec, doc: doc})
	}
}

// markError notes one error.
func (f *finder) markError(m marked) {
	if f.fit(m, "//offing:error") {
		f.found.errors = append(f.found.errors, m)
	}
}

// fit reports whether a declaration may be marked, whatever its type.
func (f *finder) fit(m marked, directive string) bool {
	t, isType := m.spec.(*ast.TypeSpec)
	file := m.file
	switch {
	case m.name == "_":
		f.diags.add(m.pos, CodePlace, "", "%s needs a name; give what it marks one", directive)
	case isType && t.TypeParams != nil:
		f.diags.add(m.pos, CodeLater, "", "%s on a type with type parameters is not supported by this version yet; declare a type without for each that you need", directive)
	case file.condition != nil && directive == "//offing:union":
		f.diags.add(m.pos, CodeLater, "", "%s in a file with a build constraint is not supported by this version yet; move it to a file that is always built", directive)
	case file.syntax.Name.Name != f.src.name:
		f.diags.add(m.pos, CodePlace, "", "%s", f.outside(file))
	default:
		return true
	}
	return false
}

func (f *finder) markUnion(file *file, d ast.Directive, specs []ast.Spec) {
	var t *ast.TypeSpec
	if len(specs) == 1 {
		t, _ = specs[0].(*ast.TypeSpec)
	}
	if t == nil {
		f.diags.add(d.Slash, CodePlace, "", "//offing:union marks one interface type; put it above the type")
		return
	}
	m := marked{name: t.Name.Name, file: file, pos: t.Name.Pos(), spec: t}
	args, err := d.ParseArgs()
	switch {
	case err != nil:
		f.diags.add(d.ArgsPos, CodeValue, "", "a quotation mark is not closed; write types without")
	case len(args) == 0:
		f.diags.add(d.Slash, CodeValue, "", "//offing:union needs the types that a %s may hold; write //offing:union Circle *Square", t.Name.Name)
	case f.fit(m, "//offing:union"):
		m.types = f.memberTypes(t.Name.Name, args)
	}
	f.found.unions = append(f.found.unions, m) // without types it has been refused
}

// memberTypes returns the types that a union lists, or nil.
func (f *finder) memberTypes(union string, args []ast.DirectiveArg) (list []member) {
	if text := withCommas(args); text != "" {
		f.diags.add(args[0].Pos, CodeValue, "", "//offing:union of %s: types are parted by spaces: write %s", union, text)
		return nil
	}
	for _, arg := range args {
		var err error
		if list, err = appendMember(list, arg); err != nil {
			f.diags.add(arg.Pos, CodeValue, "", "//offing:union of %s: %v", union, err)
			return nil
		}
	}
	return list
}

// A notType says why an argument of //offing:union is no type.
type notType string

func (e notType) Error() string { return string(e) }

// withCommas returns the types of a list that has commas between them as they are
// to be written, or "" if it has none.
func withCommas(args []ast.DirectiveArg) string {
	found, text := false, ""
	for _, arg := range args {
		if strings.Contains(arg.Arg, "=") {
			return "" // another mistake
		}
		depth := 0
		text += strings.Map(func(r rune) rune {
			switch {
			case r == '[':
				depth++
			case r == ']':
				depth--
			case r == ',' && depth == 0:
				found = true
				return ' '
			}
			return r
		}, arg.Arg) + " "
		if depth != 0 {
			return "" // a type with spaces in it, which is another mistake
		}
	}
	if !found {
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}

func appendMember(list []member, arg ast.DirectiveArg) ([]member, error) {
	expr, err := parser.ParseExpr(arg.Arg)
	if strings.Contains(arg.Arg, "=") {
		return nil, notType("there is no key; write types alone")
	}
	if strings.ContainsAny(arg.Arg, "|;") {
		return nil, notType("types are parted by spaces and nothing else; remove the signs")
	}
	if err != nil && strings.Count(arg.Arg, "[") != strings.Count(arg.Arg, "]") {
		return nil, notType("write a type without spaces in it, such as Pair[int,string]")
	}
	if err != nil {
		return nil, notType(arg.Arg + " is not a type; write one such as Circle, *Square or geo.Point")
	}
	return append(list, member{arg.Arg, expr, arg.Pos}), nil
}
