package vet

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// A reach is which functions of a package mention which others of it, to call them
// or as values. Calls by way of an interface are not in it, nor are generated files.
type reach struct {
	decls    map[*types.Func]*ast.FuncDecl
	mentions map[*types.Func][]*types.Func
	order    []*types.Func // of the source
}

func newReach(pass *analysis.Pass) *reach {
	r := &reach{decls: map[*types.Func]*ast.FuncDecl{}, mentions: map[*types.Func][]*types.Func{}}
	for _, file := range pass.Files {
		if ast.IsGenerated(file) {
			continue
		}
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			if fn, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func); ok {
				r.decls[fn] = decl
				r.order = append(r.order, fn)
				r.mentions[fn] = mentioned(pass, decl.Body)
			}
		}
	}
	return r
}

// mentioned returns the functions of the package that a body names.
func mentioned(pass *analysis.Pass, body ast.Node) (list []*types.Func) {
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if fn, ok := pass.TypesInfo.Uses[id].(*types.Func); ok && fn.Pkg() == pass.Pkg {
				list = append(list, fn.Origin())
			}
		}
		return true
	})
	return list
}

// from returns what can be reached from a function, with itself.
func (r *reach) from(root *types.Func) map[*types.Func]bool {
	seen := map[*types.Func]bool{}
	for next := []*types.Func{root}; len(next) > 0; next = next[1:] {
		if fn := next[0]; !seen[fn] && r.decls[fn] != nil {
			seen[fn] = true
			next = append(next, r.mentions[fn]...)
		}
	}
	return seen
}
