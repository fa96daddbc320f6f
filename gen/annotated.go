package gen

import (
	"cmp"
	"go/ast"
	"go/doc/comment"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// An annotated is a function or method with a //offing:task directive, or a function with
// //offing:state.
type annotated struct {
	opens bool   // it has the latter
	name  string // of a method with that of its type before it: Point.Norm
	file  *file
	decl  *ast.FuncDecl
	options
	instance instance // of a function with type parameters
	unread   bool     // some of the directive makes no sense
}

// x is what the names that are emitted for the task are made of.
func (a annotated) x() string {
	if a.options.name != "" {
		return exportName(a.options.name)
	}
	return exportName(a.decl.Name.Name)
}

// isMethod reports whether it is one.
func (a annotated) isMethod() bool { return a.decl.Recv != nil }

// A finder looks for directives in one source.
type finder struct {
	diags *diagnostics
	src   *source
	found annotations
	used  map[*ast.Comment]bool // directives that are where they belong
	docs  map[*ast.Comment]bool // comments in the doc comments of functions
}

// find returns what src marks, in order of file and position. What looks like a
// directive and is none is a diagnostic.
func find(diags *diagnostics, src *source) annotations {
	f := &finder{diags: diags, src: src, used: map[*ast.Comment]bool{}, docs: map[*ast.Comment]bool{}}
	for _, file := range src.files {
		for _, d := range file.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc != nil {
					f.function(file, d)
				}
			case *ast.GenDecl:
				f.declaration(file, d)
			}
		}
	}
	for _, file := range src.files {
		for _, group := range file.syntax.Comments {
			for _, c := range group.List {
				f.stray(file, c)
			}
		}
	}
	return f.found
}

// function reads the directives of a function's doc comment.
func (f *finder) function(file *file, fn *ast.FuncDecl) {
	var first *ast.Comment
	var verb string // of the first
	for _, c := range fn.Doc.List {
		f.docs[c] = true
		d, ok := ast.ParseDirective(c.Slash, c.Text)
		if !ok || d.Tool != tool || d.Name != "task" && d.Name != "state" {
			continue
		}
		f.used[c] = true
		switch {
		case first != nil && verb != d.Name:
			f.diags.clash(c.Slash, first.Slash, CodePlace, nameOf(fn), "a function is a task or opens a state, and not both; remove one of the directives")
		case first != nil && bare[d.Name]:
			f.diags.clash(c.Slash, first.Slash, CodePlace, nameOf(fn), "a second //offing:%s directive; remove it", d.Name)
			f.diags.ofState(len(f.diags.list) - 1)
		case first != nil:
			f.diags.clash(c.Slash, first.Slash, CodePlace, nameOf(fn), "a second //offing:%s directive; move its keys to the first and remove it", d.Name)
		case d.Name == "state":
			f.state(file, fn, d)
		default:
			f.task(file, fn, d)
		}
		if first == nil {
			first, verb = c, d.Name
		}
	}
}

func (f *finder) task(file *file, fn *ast.FuncDecl, d ast.Directive) {
	opts, bad := parseOptions(d)
	params := typeParams(fn)
	found, bad := lists(d, slices.Concat(params, receiverArgs(fn)), bad)
	table, worse := instances(params, found, d)
	name := nameOf(fn)
	for _, m := range append(bad, worse...) {
		f.diags.add(m.pos, m.code, name, "%s", m.text)
	}
	if code, problem := f.unfit(file, fn); problem != "" {
		f.diags.add(fn.Name.Pos(), code, name, "%s", problem)
		return
	}
	for _, types := range table {
		f.found.tasks = append(f.found.tasks, annotated{
			name: name, file: file, decl: fn, options: opts, instance: types, unread: len(bad) > 0,
		})
	}
}

// unfit returns why a function cannot be a task, whatever its types.
func (f *finder) unfit(file *file, fn *ast.FuncDecl) (Code, string) {
	name, method := fn.Name.Name, fn.Recv != nil
	switch {
	case len(receiverArgs(fn)) > 0:
		return CodeLater, "methods of types with type parameters are not supported by this version yet; " +
			"write a function that takes " + withArticle(types.ExprString(fn.Recv.List[0].Type)) + " and calls it"
	case name == "_", !method && name == "init", !method && name == "main" && f.src.name == "main":
		return CodePlace, "a function called " + name + " cannot be a task; move what it does to one with a name of its own"
	case file.syntax.Name.Name != f.src.name:
		return CodePlace, f.outside(file)
	}
	return "", ""
}

// outside says of a file that is not built why it is not.
func (f *finder) outside(file *file) string {
	return "the file is of package " + file.syntax.Name.Name + ", and not of package " + f.src.name + " as others here; correct its package clause, or move it"
}

// nameOf returns what messages call a function: a method by its type, too.
func nameOf(fn *ast.FuncDecl) string {
	if base, ok := baseOf(fn).(*ast.Ident); ok {
		return base.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// baseOf returns the type that a method is of, without its pointer, as it is written.
// It is nil for what is no method, and for one without a single receiver.
func baseOf(fn *ast.FuncDecl) ast.Expr {
	if fn.Recv == nil || fn.Recv.NumFields() != 1 {
		return nil
	}
	t := ast.Unparen(fn.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(star.X)
	}
	return t
}

// receiverArgs returns what a method calls the type parameters of its type, none if that
// has none.
func receiverArgs(fn *ast.FuncDecl) (names []string) {
	var list []ast.Expr
	switch t := baseOf(fn).(type) {
	case *ast.IndexExpr:
		list = []ast.Expr{t.Index}
	case *ast.IndexListExpr:
		list = t.Indices
	}
	for _, arg := range list {
		names = append(names, types.ExprString(arg))
	}
	return names
}

// stray reports a comment that is, or was meant to be, a directive in a place
// where it has no effect.
func (f *finder) stray(file *file, c *ast.Comment) {
	if f.used[c] {
		return
	}
	if d, ok := ast.ParseDirective(c.Slash, c.Text); ok && d.Tool == tool {
		f.misplaced(file, c, d)
		return
	}
	if !strings.HasPrefix(c.Text, "/*") {
		if meant, ok := nearMiss(c.Text[2:], f.docs[c]); ok {
			f.diags.add(c.Slash, CodeSpelling, "", "%s is not a directive; write %s", c.Text, meant)
			f.diags.instead(meant.String())
		}
		return
	}
	for line := range strings.Lines(strings.TrimSuffix(c.Text[2:], "*/")) {
		line = " " + strings.TrimPrefix(strings.Trim(line, "* \t\r\n"), "//") // as prose, which a block mostly is
		if meant, ok := nearMiss(line, false); ok {
			f.diags.add(c.Slash, CodeSpelling, "", "a directive does not work in a /* comment; write %s in a line of its own", meant)
		}
	}
}

func (f *finder) misplaced(file *file, c *ast.Comment, d ast.Directive) {
	known := verbs[d.Name]
	near := nearest(d.Name, supported())
	verb, arg := unglued(d)
	switch {
	case arg != "" && bare[verb]:
		f.diags.add(c.Slash, CodeKey, "", "//offing:%s takes no arguments; write it alone", verb)
		f.diags.instead("//offing:" + verb)
	case arg != "" && verbs[verb]:
		f.diags.add(c.Slash, CodeValue, "", "what a directive takes is parted by spaces: write //offing:%s %s", verb, arg)
		f.diags.instead("//offing:" + verb + " " + arg)
	case !known && near != "":
		f.diags.add(c.Slash, CodeSpelling, "", "unknown directive //offing:%s; did you mean //offing:%s?", d.Name, near)
		f.diags.instead(miss{near, " " + d.Args}.String())
	case !known:
		f.diags.add(c.Slash, CodeSpelling, "", "unknown directive //offing:%s; the directives are //offing:%s",
			d.Name, strings.Join(supported(), ", //offing:"))
	default:
		f.diags.add(c.Slash, CodePlace, "", "%s", f.whereabouts(file, c, d.Name))
	}
}

// unglued parts a directive's verb from what somebody has put to it without a
// space.
func unglued(d ast.Directive) (verb, arg string) {
	end := strings.IndexAny(d.Name, ",;:=([{")
	if end < 0 {
		return d.Name, ""
	}
	rest := strings.FieldsFunc(d.Name[end:]+" "+d.Args, func(r rune) bool { return strings.ContainsRune(" \t,;:()[]{}", r) })
	return d.Name[:end], strings.TrimLeft(strings.Join(rest, " "), "=")
}

// whereabouts says what is wrong with the place of a directive.
func (f *finder) whereabouts(file *file, c *ast.Comment, verb string) string {
	directive := "//" + tool + ":" + verb
	marks := directive + " marks " + belongs[verb] + ", not "
	if c.Pos() < file.syntax.Package {
		return marks + "a package; move it below the package clause, above one"
	}
	for _, d := range file.syntax.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if holds(d.Doc, c) {
				return marks + withArticle(kindOf(d)) + "; move it above one"
			}
			if d.Pos() <= c.Pos() && c.End() <= d.End() {
				return cmp.Or(f.inGroup(d, c, verb), marks+withArticle(kindAt(d, c))+"; move it above one")
			}
		case *ast.FuncDecl:
			if !ofFunc(verb) && holds(d.Doc, c) {
				return marks + "a function; move it above one"
			}
		}
	}
	for _, d := range file.syntax.Decls {
		what, end := described(d), d.End()
		if fn, ok := d.(*ast.FuncDecl); ok {
			end = file.ends[fn]
		}
		switch {
		case c.Pos() > d.Pos() && (f.line(c.Pos()) == f.line(d.Pos()) || f.line(c.Pos()) == f.line(end)):
			if !fits(verb, d) {
				return marks + withArticle(kindOf(d)) + "; move it above one"
			}
			return "put " + directive + " in a line of its own above " + what
		case d.Pos() < c.Pos() && c.Pos() < end: // in a body, and not about what follows
			return belonging(verb)
		case c.End() < d.Pos() && f.line(d.Pos())-f.line(c.End()) < 8 && fits(verb, d):
			return directive + " is detached from " + what + "; remove the empty line between them"
		}
	}
	return belonging(verb)
}

// inGroup says what is wrong with the place of a directive inside a declaration of what
// it may mark, a group mostly. It returns "" if it is at a field or a method there.
func (f *finder) inGroup(g *ast.GenDecl, c *ast.Comment, verb string) string {
	if !fits(verb, g) {
		return ""
	}
	directive := "//" + tool + ":" + verb
	for _, spec := range g.Specs {
		at := f.line(c.Pos())
		switch {
		case spec.Pos() < c.Pos() && (at == f.line(spec.Pos()) || at == f.line(spec.End()) && spec.End() <= c.Pos()):
			return "put " + directive + " in a line of its own above " + specName(spec)
		case spec.Pos() < c.Pos() && c.Pos() < spec.End():
			if kindAt(g, c) != kindOf(g) {
				return ""
			}
			return belonging(verb)
		case c.End() < spec.Pos():
			return directive + " is detached from " + specName(spec) + "; remove the empty line between them"
		}
	}
	return belonging(verb)
}

// belonging says where a directive has its place, if what is near tells no more.
func belonging(verb string) string {
	return "//" + tool + ":" + verb + " belongs in the doc comment of " + belongs[verb]
}

func (f *finder) line(p token.Pos) int { return f.diags.fset.Position(p).Line }

// fits reports whether a directive may mark what a declaration declares.
func fits(verb string, d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return ofFunc(verb)
	}
	return !ofFunc(verb) && (g.Tok == token.TYPE || verb == "error" && g.Tok == token.VAR)
}

// ofFunc reports whether a directive marks functions.
func ofFunc(verb string) bool { return verb == "task" || verb == "state" }

// described names a declaration, such as "func Square".
func described(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return "func " + d.Name.Name
	case *ast.GenDecl:
		if len(d.Specs) == 1 {
			if name := specName(d.Specs[0]); name != "" {
				return d.Tok.String() + " " + name
			}
		}
		return "the declaration"
	}
	return "it"
}

// specName returns the first name that a specification declares, "" of an import.
func specName(spec ast.Spec) string {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return spec.Name.Name
	case *ast.ValueSpec:
		return spec.Names[0].Name
	}
	return ""
}

func holds(group *ast.CommentGroup, c *ast.Comment) bool {
	return group != nil && group.Pos() <= c.Pos() && c.End() <= group.End()
}

// kindAt says what of a declaration a comment is at.
func kindAt(g *ast.GenDecl, c *ast.Comment) string {
	kind := kindOf(g)
	ast.Inspect(g, func(n ast.Node) bool {
		if n == nil || c.Pos() < n.Pos() || n.End() < c.End() {
			return n == g
		}
		switch n.(type) {
		case *ast.StructType:
			kind = "field"
		case *ast.InterfaceType:
			kind = "method of an interface"
		}
		return true
	})
	return kind
}

func kindOf(d ast.Decl) string {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return "function"
	}
	switch g.Tok {
	case token.TYPE:
		return "type"
	case token.VAR:
		return "variable"
	case token.CONST:
		return "constant"
	}
	return "import"
}

// carried returns the lines of what calls of a task have of its doc comment, as gofmt has
// it: the first paragraph, and that it is deprecated. What is no paragraph, a list or code,
// has no place after ours.
func carried(doc *ast.CommentGroup) []string {
	var parser comment.Parser
	var printer comment.Printer
	var kept comment.Doc
	for i, block := range parser.Parse(doc.Text()).Content {
		if p, ok := block.(*comment.Paragraph); ok && (i == 0 || deprecates(p)) {
			kept.Content = append(kept.Content, p)
		}
	}
	if len(kept.Content) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(printer.Comment(&kept))), "\n")
}

// deprecates reports whether p begins as https://go.dev/wiki/Deprecated asks for.
func deprecates(p *comment.Paragraph) bool {
	if len(p.Text) == 0 {
		return false
	}
	plain, ok := p.Text[0].(comment.Plain)
	return ok && strings.HasPrefix(string(plain), "Deprecated: ")
}
