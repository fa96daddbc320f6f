package gen

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A closure walks from the signatures of tasks through the declarations that
// they mention. Packages that it does not reach need not be loaded, which for
// most packages spares us the go command altogether.
type closure struct {
	s    *session
	seen map[string]bool // import path, space, name

	reached []*source // packages of the module that others import
}

// walk visits what an expression in file f of src mentions.
func (c *closure) walk(src *source, f *file, node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			return false
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				c.selector(f, x.Name, n.Sel.Name)
				c.name(src, f, x.Name) // a value's field, as in [len(x.y)]int
				return false
			}
		case *ast.Ident:
			c.name(src, f, n.Name)
		}
		return true
	})
}

// name visits the declaration of a name of src.
func (c *closure) name(src *source, f *file, name string) {
	d, ok := src.decls[name]
	if !ok {
		for _, spec := range f.syntax.Imports {
			if spec.Name != nil && spec.Name.Name == "." && token.IsExported(name) {
				c.need(importPath(spec), name)
			}
		}
		return
	}
	id := src.path + " " + name
	if c.seen[id] {
		return
	}
	c.seen[id] = true
	switch node := d.node.(type) {
	case *ast.TypeSpec:
		c.walk(src, d.file, node)
	case *ast.GenDecl:
		c.constants(src, d.file, node)
	}
}

// constants visits a group of constants as a whole, for the sake of iota. The
// values of variables have no part in a type.
func (c *closure) constants(src *source, f *file, group *ast.GenDecl) {
	for _, spec := range group.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if v.Type != nil {
			c.walk(src, f, v.Type)
		}
		for _, value := range v.Values {
			if group.Tok == token.CONST {
				c.walk(src, f, value)
			}
		}
	}
}

// selector visits pkg.name.
func (c *closure) selector(f *file, pkg, name string) {
	var guesses []string
	for _, spec := range f.syntax.Imports {
		p := importPath(spec)
		switch {
		case spec.Name != nil && spec.Name.Name == pkg:
			c.need(p, name)
			return
		case spec.Name != nil:
		case guessName(p) == pkg:
			c.need(p, name)
			return
		default:
			guesses = append(guesses, p)
		}
	}
	for _, p := range guesses { // the package's name is not the end of its path
		if strings.Contains(strings.Split(p, "/")[0], ".") {
			c.need(p, name)
		}
	}
}

// need visits the declaration of a name of an imported package.
func (c *closure) need(path, name string) {
	if path == "C" || path == "unsafe" {
		return
	}
	src := c.s.own(path)
	if src == nil {
		c.s.exports.need(path, name)
		return
	}
	if !slices.Contains(c.reached, src) {
		c.reached = append(c.reached, src)
	}
	if d, ok := src.decls[name]; ok {
		c.name(src, d.file, name)
	}
}

func importPath(spec *ast.ImportSpec) string {
	p, _ := strconv.Unquote(spec.Path.Value)
	return p
}

var majorVersion = compiled(`^v[0-9]+$`)

// guessName returns the name that the package at an import path most likely
// has.
func guessName(p string) string {
	base := path.Base(p)
	if majorVersion().MatchString(base) && path.Dir(p) != "." {
		base = path.Base(path.Dir(p))
	}
	if i := strings.Index(base, ".v"); i > 0 {
		base = base[:i]
	}
	return strings.ReplaceAll(base, "-", "_")
}
