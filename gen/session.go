package gen

import (
	"fmt"
	"go/build"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A session is what the packages of one run share.
type session struct {
	fset         *token.FileSet
	root, module string             // of the module
	sources      map[string]*source // by import path, of packages that others import
	asked        map[string][]input // by import path, what was read to find these, or to find none
	files        map[string]*file   // of the module, by path
	checked      map[*source]*checked
	checks       []*checked                 // the same, in the order in which they were begun
	syntaxErrors map[string][]scanner.Error // by directory
	exports      exports
	build        func() *build.Context // for files with a constraint
	outs         outputs
}

func newSession(fset *token.FileSet, root, module string, outs outputs) *session {
	return &session{
		fset: fset, root: root, module: module,
		sources: map[string]*source{}, asked: map[string][]input{}, files: map[string]*file{}, checked: map[*source]*checked{},
		syntaxErrors: map[string][]scanner.Error{},
		exports:      newExports(fset, root),
		build:        buildContext(root),
		outs:         outs,
	}
}

// pathOf returns the import path of a directory of the module.
func (s *session) pathOf(dir string) string {
	rel, err := filepath.Rel(s.root, dir)
	if err != nil || rel == "." {
		return s.module
	}
	return s.module + "/" + filepath.ToSlash(rel)
}

// own returns the source of an import path that is in the module, or nil.
func (s *session) own(path string) *source {
	if src, ok := s.sources[path]; ok {
		return src
	}
	rel, ok := strings.CutPrefix(path, s.module)
	if !ok || rel != "" && rel[0] != '/' || s.module == "std" {
		return nil
	}
	dir := filepath.Join(s.root, filepath.FromSlash(rel))
	s.sources[path], s.asked[path] = nil, modulesAround(dir, s.root)
	if root, _ := findModule(dir); root != s.root {
		return nil
	}
	files, read, err := readDir(dir)
	s.asked[path] = append(s.asked[path], read...)
	if err != nil {
		return nil
	}
	made, seen := s.outs.in(dir)
	s.asked[path] = append(s.asked[path], seen...)
	if src := s.parsed(dir, path, append(files, made...)); len(src.files) > 0 {
		s.sources[path] = src
	}
	return s.sources[path]
}

// fileAt returns the file of the module at a position, or nil.
func (s *session) fileAt(pos token.Pos) *file {
	if in := s.fset.File(pos); in != nil {
		return s.files[in.Name()] // whatever a //line directive says
	}
	return nil
}

// findModule returns the directory of the go.mod that is in charge of dir, or
// "".
func findModule(dir string) (root string, err error) {
	for d := dir; ; d = filepath.Dir(d) {
		if isModule(d) {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("%s: no go.mod in this directory or above", dir)
		}
	}
}

// modulePath returns the path that a go.mod declares.
func modulePath(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	block := false // of "module ( path )"
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(strings.Replace(line, "(", " ( ", 1))
		if len(fields) > 0 && fields[0] == "module" {
			fields, block = fields[1:], true
		}
		if len(fields) > 0 && fields[0] == "(" {
			fields = fields[1:]
		}
		if !block || len(fields) == 0 {
			continue
		}
		if path, err := strconv.Unquote(fields[0]); err == nil {
			return path, nil
		}
		return fields[0], nil
	}
	return "", fmt.Errorf("%s: no module line", filepath.Join(root, "go.mod"))
}

// A checked is a package of the module after type checking.
type checked struct {
	pkg    *types.Package
	errors []types.Error
}
