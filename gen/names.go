package gen

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/offing-go/offing/templates"
)

// names is the one allocator of identifiers of a generated file. It knows the
// package's scope over all files, whatever their constraints and tests
// included, the names under which these files import, and what it has handed
// out. Names that users see are claimed, and a clash is a mistake for the user
// to resolve; all others are allocated and make way.
type names struct {
	taken   map[string]holder
	locals  map[string]string // variables of generated functions, by wish
	imports map[string]string // names of imports, by path
}

// A holder is who has a name.
type holder struct {
	what string
	pos  token.Pos // NoPos if it is ours
}

// Some of what holder.what may say.
const (
	predeclared = "predeclared"
	imported    = "the name of an import"
	variable    = "a variable of generated functions"
)

// newNames returns an allocator for the package.
func newNames(src *source) *names {
	n := &names{taken: map[string]holder{}, locals: map[string]string{}, imports: map[string]string{}}
	for _, name := range types.Universe.Names() {
		n.taken[name] = holder{what: predeclared}
	}
	for _, f := range src.files {
		if f.syntax.Name.Name != src.name {
			continue
		}
		for _, spec := range f.syntax.Imports {
			name := guessName(importPath(spec))
			if spec.Name != nil {
				name = spec.Name.Name
			}
			n.taken[name] = holder{imported, spec.Pos()}
		}
	}
	for _, f := range src.files {
		if f.syntax.Name.Name == src.name {
			EachDecl(f.syntax, func(id *ast.Ident, _ ast.Node) {
				n.taken[id.Name] = holder{"declared", id.Pos()}
			})
		}
	}
	return n
}

// dotted takes the names that a dot import declares in its file: the package
// may not declare them.
func (n *names) dotted(spec *ast.ImportSpec, exported []string) {
	for _, name := range exported {
		if !n.has(name) {
			n.taken[name] = holder{"declared by the dot import", spec.Pos()}
		}
	}
}

// claim takes name as it is, or returns who has it.
func (n *names) claim(name string, by holder) (holder, bool) {
	if h, taken := n.taken[name]; taken {
		return h, false
	}
	n.taken[name] = by
	return holder{}, true
}

// allocate takes name, or the first free of name2, name3, ...
func (n *names) allocate(name string) string {
	name = n.free(name)
	n.taken[name] = holder{what: name}
	return name
}

// local returns the name of a variable that hides nothing at package level. It
// is the same for the same wish, as variables of different functions may share
// a name.
func (n *names) local(wish string) string {
	if n.locals[wish] == "" {
		name := n.free(wish)
		n.taken[name] = holder{what: variable}
		n.locals[wish] = name
	}
	return n.locals[wish]
}

// loops returns the variables of loops of which each is inside the one before.
func (n *names) loops(count int) (list []templates.Loop) {
	for i := range count {
		suffix := ""
		if i > 0 {
			suffix = strconv.Itoa(i + 1)
		}
		list = append(list, templates.Loop{I: n.local("i" + suffix), E: n.local("e" + suffix), K: n.local("k" + suffix)})
	}
	return list
}

// free returns what allocate would, without taking it.
func (n *names) free(name string) string { return vary(name, n.has) }

func (n *names) has(name string) bool {
	_, taken := n.taken[name]
	return taken || token.IsKeyword(name)
}

// isPackageLevel reports whether a variable of that name would hide something
// that generated functions may use.
func (n *names) isPackageLevel(name string) bool {
	return n.has(name) && n.taken[name].what != variable
}

// importName takes the name under which the file imports a package. The user's
// files may import under the same name: such names are per file.
func (n *names) importName(path, name string) (chosen string, alias bool) {
	if n.imports[path] == "" {
		n.imports[path] = n.chooseImport(path, name)
	}
	return n.imports[path], n.imports[path] != name
}

func (n *names) chooseImport(path, name string) string {
	candidates := []string{name}
	if strings.HasSuffix(path, "offing/runtime") {
		candidates = append(candidates, tool)
	}
	for _, c := range candidates {
		if h, taken := n.taken[c]; (!taken || h.what == imported) && !templates.IsReserved(c) {
			n.taken[c] = holder{what: path}
			return c
		}
	}
	name = vary(name, func(name string) bool { return n.has(name) || templates.IsReserved(name) })
	n.taken[name] = holder{what: path}
	return name
}

// vary returns the first of name, name2, name3, ... that is not taken.
func vary(name string, taken func(string) bool) string {
	chosen := name
	for i := 2; taken(chosen); i++ {
		chosen = name + strconv.Itoa(i)
	}
	return chosen
}

// scope allocates names of one function or struct.
type scope []string

func (s *scope) allocate(name string, also func(string) bool) string {
	name = vary(name, func(name string) bool { return slices.Contains(*s, name) || also(name) })
	*s = append(*s, name)
	return name
}

// plural returns what a person would call many of name: ns of n, queries of
// query, and items where nobody would guess.
func plural(name string) string {
	last := name[len(name)-1]
	switch ending := strings.ToLower(name[max(0, len(name)-2):]); {
	case name == "n":
		return "ns"
	case utf8.RuneCountInString(name) == 1, '0' <= last && last <= '9':
		return "items"
	case last == 'x', slices.Contains([]string{"ss", "ch", "sh"}, ending):
		return name + "es"
	case last == 's':
		return "items"
	case last == 'y' && !strings.ContainsRune("aeiou", rune(ending[0])):
		return strings.TrimSuffix(name, "y") + "ies"
	}
	return name + "s"
}

// exportName returns name with its first letter in upper case, or "" if that
// does not make an exported identifier.
func exportName(name string) string {
	name = strings.TrimLeft(name, "_")
	r, size := utf8.DecodeRuneInString(name)
	name = string(unicode.ToUpper(r)) + name[size:]
	if size == 0 || !token.IsExported(name) {
		return ""
	}
	return name
}
