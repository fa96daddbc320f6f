package gen

import (
	"errors"
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"strings"
)

// check gives types to what src declares, as far as that goes.
func (s *session) check(src *source) *checked {
	if c := s.checked[src]; c != nil {
		return c
	}
	c := &checked{pkg: placeholder(src.path, src.name)}
	s.checked[src] = c // while it is checked, for imports that are a cycle
	s.checks = append(s.checks, c)
	config := types.Config{
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Importer:         importFunc(s.load),
		Sizes:            types.SizesFor("gc", build.Default.GOARCH),
		Error: func(err error) {
			e, ok := errors.AsType[types.Error](err)
			if ok && !strings.HasSuffix(e.Msg, "missing function body") { // we have dropped them
				c.errors = append(c.errors, e)
			}
		},
	}
	var files []*ast.File
	for _, f := range src.files {
		if f.built {
			files = append(files, f.syntax)
		}
	}
	c.pkg, _ = config.Check(src.path, s.fset, files, nil)
	return c
}

// load imports a package for the type checker. Whatever is not needed, cannot
// be found or does not make sense is empty.
func (s *session) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if src := s.sources[path]; src != nil {
		return s.check(src).pkg, nil
	}
	if pkg, err := s.exports.Import(path); err == nil {
		return pkg, nil
	}
	return placeholder(path, guessName(path)), nil
}

func placeholder(path, name string) *types.Package {
	pkg := types.NewPackage(path, name)
	pkg.MarkComplete()
	return pkg
}

// reason returns the type error on the line of a declaration, or "", and where it is.
// One in the package as it is here comes before others: in another build the line may
// have another.
func (s *session) reason(here *checked, pos token.Pos) (text string, at token.Pos) {
	if !pos.IsValid() {
		return "", pos
	}
	line := s.fset.Position(pos)
	for _, c := range append([]*checked{here}, s.checks...) {
		for _, e := range c.errors {
			if p := s.fset.Position(e.Pos); p.Filename == line.Filename && p.Line == line.Line && !strings.HasPrefix(e.Msg, "\t") {
				return e.Msg, e.Pos
			}
		}
	}
	return "", pos
}
