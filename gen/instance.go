package gen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// An instance is what one task of a function with type parameters has for them, in
// their order.
type instance []member

// lists returns the arguments of a directive that list types, by type parameter, and
// the mistakes without those that are about them.
func lists(d ast.Directive, params []string, bad []mistake) (map[string]ast.DirectiveArg, []mistake) {
	found := map[string]ast.DirectiveArg{}
	args, err := d.ParseArgs()
	if err != nil {
		return found, bad // which says so
	}
	for _, arg := range args {
		name, _, _ := strings.Cut(arg.Arg, "=")
		if !slices.Contains(params, name) {
			continue
		}
		bad = slices.DeleteFunc(bad, func(m mistake) bool { return m.pos == arg.Pos })
		if _, twice := found[name]; twice {
			bad = append(bad, mistake{arg.Pos, CodeKey, "key " + name + " is given twice; remove one"})
		}
		found[name] = arg
	}
	return found, bad
}

// typeParams returns the names of a function's type parameters.
func typeParams(fn *ast.FuncDecl) (names []string) {
	if fn.Type.TypeParams == nil {
		return nil
	}
	for _, field := range fn.Type.TypeParams.List {
		for _, id := range field.Names {
			names = append(names, id.Name)
		}
	}
	return names
}

// instances returns those that a directive lists: the first has the first type of each
// list, and so on. A list of one type is for all.
func instances(params []string, found map[string]ast.DirectiveArg, at ast.Directive) ([]instance, []mistake) {
	columns := make([][]member, len(params))
	rows := 1
	for i, name := range params {
		arg, ok := found[name]
		_, list, _ := strings.Cut(arg.Arg, "=")
		if !ok || list == "" {
			return nil, []mistake{{at.Slash, CodeValue, "the function has type parameters; list the types that it is for, //offing:task " + example(params)}}
		}
		for _, text := range splitTypes(list) {
			if text == "" {
				return nil, []mistake{{arg.Pos, CodeValue, name + ": there is nothing before or after a comma; remove it"}}
			}
			expr, err := parser.ParseExpr(text)
			if err != nil {
				return nil, []mistake{{arg.Pos, CodeValue, name + ": " + text + " is not a type; write one such as int, *Page or geo.Point"}}
			}
			columns[i] = append(columns[i], member{text, expr, arg.Pos})
		}
		if n := len(columns[i]); rows == 1 {
			rows = n
		} else if n != rows && n != 1 {
			return nil, []mistake{{arg.Pos, CodeValue, fmt.Sprintf("%s lists %d types, the list before it %d; the first of each go together, then the second, and so on", name, n, rows)}}
		}
	}
	table := make([]instance, rows)
	for row := range table {
		for _, column := range columns {
			table[row] = append(table[row], column[min(row, len(column)-1)])
		}
	}
	for i, row := range table {
		if j := slices.IndexFunc(table, row.same); j < i {
			return nil, []mistake{{row[0].pos, CodeValue, row.String() + " is listed twice; remove one"}}
		}
	}
	return table, nil
}

// String returns the types as they are written.
func (i instance) String() string {
	var texts []string
	for _, m := range i {
		texts = append(texts, m.text)
	}
	return strings.Join(texts, ",")
}

// same reports whether the types are written alike. That other texts may mean the same types
// is known when the types are, see listed.
func (i instance) same(other instance) bool { return i.String() == other.String() }

// example is what a directive for these type parameters may say.
func example(params []string) string {
	var lists []string
	for _, name := range params {
		lists = append(lists, name+"=int,string")
	}
	return strings.Join(lists, " ")
}

// splitTypes parts a list of types at its commas, without those in brackets.
func splitTypes(list string) (types []string) {
	depth, start := 0, 0
	for i, c := range list {
		switch {
		case strings.ContainsRune("[({", c):
			depth++
		case strings.ContainsRune("])}", c):
			depth--
		case c == ',' && depth == 0:
			types = append(types, list[start:i])
			start = i + 1
		}
	}
	return append(types, list[start:])
}

// instantiate returns the task of an instance of a function, or false after a
// diagnostic.
func (b *builder) instantiate(a annotated, fn *types.Func) (*task, bool) {
	var args []types.Type
	for _, m := range a.instance {
		tv, err := types.Eval(b.diags.fset, b.checked.pkg, a.decl.Name.Pos(), m.text)
		if err != nil || !tv.IsType() || tv.Type == types.Typ[types.Invalid] {
			b.diags.add(m.pos, CodeValue, a.name, "%s", b.unknownType(m.text))
			return nil, false
		}
		args = append(args, tv.Type)
	}
	if b.listed(a.decl, args) {
		b.diags.add(a.instance[0].pos, CodeValue, a.name, "%s is listed twice; remove one", a.instance)
		return nil, false
	}
	sig, err := types.Instantiate(types.NewContext(), fn.Signature(), args, true)
	if err != nil {
		b.diags.add(a.instance[0].pos, CodeValue, a.name, "%v; list types that do", err)
		return nil, false
	}
	t := newTask(a, sig.(*types.Signature), args)
	if t.x != "" {
		t.x += suffix(args, b.checked.pkg)
	}
	return t, true
}

// listed notes an instance of a function, and reports whether it has been noted before. How
// the directive writes it does not tell: an alias is another name for the same instance, of
// which all emitted names would clash.
func (b *builder) listed(fn *ast.FuncDecl, args []types.Type) bool {
	if b.instances == nil {
		b.instances = map[*ast.FuncDecl][]string{}
	}
	id := typeIDs(args)
	if slices.Contains(b.instances[fn], id) {
		return true
	}
	b.instances[fn] = append(b.instances[fn], id)
	return false
}

// label names a task in messages and lists, with the types of an instance.
func (t *task) label() string {
	if len(t.args) == 0 {
		return t.name
	}
	return t.name + "[" + typeList(t.args, (*types.Package).Name) + "]"
}

// id is the name by which both sides of a wire know the task.
func (t *task) id(path string) string {
	if len(t.args) == 0 {
		return path + "." + t.name
	}
	return path + "." + t.name + "[" + typeList(t.args, nil) + "]"
}

func typeList(list []types.Type, q types.Qualifier) string {
	var texts []string
	for _, t := range list {
		texts = append(texts, types.TypeString(t, q))
	}
	return strings.Join(texts, ",")
}

// suffix is what an instance adds to the emitted names.
func suffix(args []types.Type, local *types.Package) string {
	var names []string
	for _, t := range args {
		names = append(names, futureName(t, local))
	}
	return strings.Join(names, "And")
}

// argExprs returns the types of an instance as the file writes them.
func (b *builder) argExprs(t *task) (list []templates.Type, bad problems) {
	for _, arg := range t.args {
		expr, worse := b.exprs.expr(arg, "")
		list, bad = append(list, expr), bad.and(worse)
	}
	return list, bad
}
