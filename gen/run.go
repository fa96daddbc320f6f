package gen

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/offing-go/offing/templates"
)

// A run reads and generates all packages once.
type run struct {
	outs     outputs
	keep     bool                // see Config
	sessions map[string]*session // by module root
	diags    diagnostics
	packages []pkg
	files    []File
	listings []Listing
	unions   []Union
}

func newRun(dir string, dirs []string, outs outputs, keep bool) (*run, error) {
	r := &run{outs: outs, keep: keep, sessions: map[string]*session{}}
	r.diags = diagnostics{dir: dir, fset: token.NewFileSet()}
	for _, d := range dirs {
		if err := r.scan(d); err != nil {
			return nil, err
		}
	}
	for _, s := range r.sessions {
		if err := s.exports.load(); err != nil {
			return nil, err
		}
	}
	for _, p := range r.packages {
		if err := r.emit(p); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// A pkg is a package with tasks.
type pkg struct {
	s     *session
	src   *source
	found annotations
}

// scan looks for tasks in a directory.
func (r *run) scan(dir string) error {
	found, err := anyTasks(dir)
	if err != nil {
		return err
	}
	if !found {
		return r.obsolete(dir)
	}
	s, err := r.session(dir)
	if err != nil {
		return err
	}
	path := s.pathOf(dir)
	src, err := s.read(dir, path, false)
	if err != nil {
		return err
	}
	before := len(r.diags.list)
	marks := find(&r.diags, src)
	if marks.emitNothing() && len(r.diags.list) == before && len(s.syntaxErrors[dir]) == 0 {
		return r.obsolete(dir)
	}
	if bad := s.syntaxErrors[dir]; len(bad) > 0 {
		r.diags.list = r.diags.list[:before] // what follows from a syntax error is no mistake
		for _, e := range bad {
			r.diags.at(e.Pos, CodeSource, "", "%s; correct the syntax", e.Msg)
		}
		return nil
	}
	if marks.emitNothing() {
		return nil
	}
	r.follow(s, src, marks)
	r.packages = append(r.packages, pkg{s, src, marks})
	if len(r.diags.list) > before {
		r.packages[len(r.packages)-1].src.broken = true
	}
	return nil
}

// follow notes which packages have to be loaded, and reports those of the module
// that do not parse: what is left of them may make sense and be wrong.
func (r *run) follow(s *session, src *source, marks annotations) {
	for _, spec := range dotImports(src, false) {
		if s.own(importPath(spec)) == nil {
			s.exports.need(importPath(spec), "")
		}
	}
	c := &closure{s: s, seen: map[string]bool{}}
	for _, t := range marks.tasks {
		c.walk(src, t.file, t.decl.Type)
	}
	for _, e := range marks.errors {
		if t, ok := e.spec.(*ast.TypeSpec); ok {
			c.walk(src, e.file, t.Type)
		}
	}
	for _, u := range marks.unions {
		c.walk(src, u.file, u.spec)
		for _, m := range u.types {
			c.walk(src, u.file, m.expr)
		}
	}
	for _, imported := range c.reached {
		for _, e := range s.syntaxErrors[imported.dir] {
			if f := s.files[e.Pos.Filename]; f == nil || f.built && !f.test {
				r.diags.at(e.Pos, CodeSource, "", "%s; correct the syntax", e.Msg)
			}
		}
	}
}

// anyTasks reports whether a directory may have tasks.
func anyTasks(dir string) (bool, error) {
	names, err := goFiles(dir)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return false, err
		}
		if mayHaveTasks(text) {
			return true, nil
		}
	}
	return false, nil
}

func (r *run) session(dir string) (*session, error) {
	root, err := findModule(dir)
	if err != nil {
		return nil, err
	}
	if s := r.sessions[root]; s != nil {
		return s, nil
	}
	module, err := modulePath(root)
	if err != nil {
		return nil, err
	}
	s := newSession(r.diags.fset, root, module, r.outs)
	r.sessions[root] = s
	return s, nil
}

// emit generates the file of one package.
func (r *run) emit(p pkg) error {
	b := newBuilder(p.s, p.src, &r.diags, p.found.unions)
	var texts [2][]byte
	var built []*task
	for i := range texts {
		marks := p.found.of(i == 1)
		if marks.emitNothing() {
			continue
		}
		model, ok := b.build(marks)
		built = append(built, b.tasks...)
		if p.src.broken = p.src.broken || !ok; p.src.broken {
			continue // the other file may have mistakes to report
		}
		text, err := render(model)
		if err != nil {
			return err
		}
		texts[i] = text
	}
	r.listings = append(r.listings, b.listings(built)...)
	r.unions = append(r.unions, b.planner.listUnions(p.src.path)...)
	if p.src.broken {
		return nil
	}
	return errors.Join(r.file(p.src.dir, OutputName, texts[0]), r.file(p.src.dir, TestOutputName, texts[1]))
}

// render turns a model into the text of a file. An error is a mistake of ours.
func render(model templates.Package) ([]byte, error) {
	var out bytes.Buffer
	if err := templates.File(model).Render(&out); err != nil {
		reason, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fmt.Errorf("package %s: the generated file does not parse, please report it: %s", model.Path, reason)
	}
	return parted(out.Bytes()), nil
}

// file adds a generated file to the result. Without a text it is one to remove,
// if there is one and it is ours.
func (r *run) file(dir, name string, text []byte) error {
	path := filepath.Join(dir, name)
	old, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	missing := err != nil
	switch {
	case text == nil && (missing || !isOurs(old)):
		return nil
	case !missing && !isOurs(old):
		r.diags.at(token.Position{Filename: path, Line: 1, Column: 1}, CodeClash, "",
			"%s is the name of generated files, and this one is not generated by offing; rename it", name)
		return nil
	}
	if text == nil && r.keep {
		text = remainder(old)
	}
	r.files = append(r.files, File{Path: path, Name: relative(r.diags.dir, path), Old: old, New: text})
	return nil
}

// obsolete removes the output of a package that has no tasks any more.
func (r *run) obsolete(dir string) error {
	return errors.Join(r.file(dir, OutputName, nil), r.file(dir, TestOutputName, nil))
}
