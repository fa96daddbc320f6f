package gen

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names of generated files: for a package's tasks, for those in its tests, and for
// those in the tests that are a package of their own. Tasks in files with a build
// constraint have files with the same constraint, such as offing_gen_linux.go.
const (
	OutputName             = "offing_gen.go"
	TestOutputName         = "offing_gen_test.go"
	ExternalTestOutputName = "offing_gen_x_test.go"
)

// A source is the package in one directory, parsed, without function bodies.
type source struct {
	dir, path string // directory and import path
	tests     string // of an external test package, the import path of the package
	name      string // package name; empty if there is no file
	files     []*file
	decls     map[string]decl // package scope, in files that are built here
	inputs    []input         // what was read of it
}

// A file is one Go file of a source.
type file struct {
	src       *source
	name      string
	syntax    *ast.File
	taken     bool // the go command takes it here
	built     bool // it is part of the package here, perhaps as a test
	test      bool
	condition *condition                  // nil if it is always built
	ends      map[*ast.FuncDecl]token.Pos // where functions ended, with their bodies
}

// A decl is a declaration at package level.
type decl struct {
	file *file
	node ast.Node
}

// goFiles returns the names of the Go files in dir, in order, without ours.
func goFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		hidden := strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
		if strings.HasSuffix(name, ".go") && !hidden && !leadsToDir(dir, e) && !isOutputIn(dir, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// leadsToDir reports whether an entry of dir is a directory or a symbolic link to one,
// which the go command does not take for a file either.
func leadsToDir(dir string, e os.DirEntry) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	found, err := os.Stat(filepath.Join(dir, e.Name()))
	return err == nil && found.IsDir()
}

// parsed parses files of the package in dir. One that does not parse is used as far
// as it goes. Our own output is not among them where it is to be written again; a
// package that others import is taken with it, since they may use what it declares.
func (s *session) parsed(dir, path string, files []goFile) *source {
	src := &source{dir: dir, path: path, decls: map[string]decl{}}
	for _, f := range files {
		s.parse(src, f.name, f.text)
	}
	src.name = packageName(src.files)
	for _, f := range src.files {
		if f.built {
			src.declare(f)
		}
	}
	return src
}

// parse adds a file to a source.
func (s *session) parse(src *source, name string, text []byte) {
	full := filepath.Join(src.dir, name)
	syntax, err := parser.ParseFile(s.fset, full, withoutBodies(text), parser.ParseComments|parser.SkipObjectResolution)
	if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 && !isOutput(name) {
		s.syntaxErrors[src.dir] = append(s.syntaxErrors[src.dir], *list[0])
	}
	if syntax == nil || syntax.Name == nil {
		return
	}
	f := &file{src: src, name: name, syntax: syntax, condition: conditionOf(name, syntax), ends: map[*ast.FuncDecl]token.Pos{}}
	for _, d := range syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			f.ends[fn] = fn.End()
			fn.Body = nil
		}
	}
	f.test = strings.HasSuffix(name, "_test.go")
	f.taken = s.builds(src.dir, f, text)
	f.built = f.taken
	src.files = append(src.files, f)
	s.files[full] = f
}

// builds reports whether the go command takes a file here, with the text that it will
// have. One that cannot be read counts: that it cannot is to be reported.
func (s *session) builds(dir string, f *file, text []byte) bool {
	c := build.Default
	if f.condition != nil {
		c = *s.build()
	}
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	match, err := c.MatchFile(dir, f.name)
	return match || err != nil
}

// packageName is the package of the files that are built, or else of any file.
func packageName(files []*file) string {
	name := ""
	for _, f := range files {
		if f.built && !f.test {
			return f.syntax.Name.Name
		}
		if name == "" {
			name = strings.TrimSuffix(f.syntax.Name.Name, "_test")
		}
	}
	return name
}

// external takes the files of the external test package out of src and returns them as
// a source, or nil if there are none.
func (src *source) external() *source {
	x := &source{dir: src.dir, path: src.path + "_test", name: src.name + "_test", decls: map[string]decl{}, tests: src.path}
	x.inputs = src.inputs
	src.files = slices.DeleteFunc(src.files, func(f *file) bool {
		is := f.test && f.syntax.Name.Name == x.name
		if is {
			x.add(f)
		}
		return is
	})
	if len(x.files) == 0 {
		return nil
	}
	return x
}

// add adds a file and what it declares, if it is built.
func (src *source) add(f *file) {
	f.src = src
	src.files = append(src.files, f)
	if f.built = f.taken; f.built {
		src.declare(f)
	}
}

// under returns src as it is in another build.
func (src *source) under(c *build.Context) *source {
	v := &source{dir: src.dir, path: src.path, name: src.name, tests: src.tests, decls: map[string]decl{}}
	for _, f := range src.files {
		copied := *f
		match, err := c.MatchFile(src.dir, f.name)
		copied.taken = match || err != nil
		v.add(&copied)
	}
	return v
}

// declare fills the table of declarations.
func (src *source) declare(f *file) {
	if f.syntax.Name.Name != src.name {
		f.built = false // a package of another name in the same directory
		return
	}
	EachDecl(f.syntax, func(id *ast.Ident, node ast.Node) { src.decls[id.Name] = decl{f, node} })
}

// EachDecl visits what a file declares at package level, in order and without methods:
// its name, which may be _, and the function, the type or the group of variables or
// constants.
func EachDecl(syntax *ast.File, visit func(id *ast.Ident, node ast.Node)) {
	for _, d := range syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				visit(d.Name, d)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					visit(spec.Name, spec)
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						visit(id, d)
					}
				}
			}
		}
	}
}
