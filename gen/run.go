package gen

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
)

// A run reads and generates all packages once.
type run struct {
	outs     outputs
	notes    *notes
	sessions map[string]*session // by module root
	diags    diagnostics
	packages []*pkg
	rendered rendered
	files    []File
	listings []Listing
}

func newRun(dir string, dirs []string, outs outputs, done rendered, old *notes) (*run, error) {
	r := &run{outs: outs, rendered: done, notes: old, sessions: map[string]*session{}}
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
		r.model(p)
	}
	return r, r.emit()
}

// A pkg is a package with tasks.
type pkg struct {
	s     *session
	src   *source
	found annotations
	files [len(outputNames)]*rendering // nil for one that is not to be
}

// scan looks for tasks in a directory.
func (r *run) scan(dir string) error {
	files, read, err := readDir(dir)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(files, func(f goFile) bool { return mayHaveTasks(f.text) }) {
		return r.obsolete(dir)
	}
	s, err := r.session(dir)
	if err != nil {
		return err
	}
	r.notes.exports(s, dir)
	path := s.pathOf(dir)
	src := s.parsed(dir, path, files)
	src.inputs = read
	before := len(r.diags.list)
	marks := find(&r.diags, src)
	if marks.emitNothing() && len(r.diags.list) == before {
		return r.obsolete(dir)
	}
	if bad := s.syntaxErrors[dir]; len(bad) > 0 {
		r.diags.list = r.diags.list[:before] // what follows from a syntax error is no mistake
		for _, e := range bad {
			r.diags.at(e.Pos, CodeSource, "", "%s", e.Msg)
		}
		return nil
	}
	if marks.emitNothing() {
		return nil
	}
	r.follow(s, src, marks)
	r.packages = append(r.packages, &pkg{s: s, src: src, found: marks})
	src.broken = len(r.diags.list) > before
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
				r.diags.at(e.Pos, CodeSource, "", "%s", e.Msg)
			}
		}
	}
}

func (r *run) session(dir string) (*session, error) {
	root, err := findModule(dir)
	if err != nil {
		return nil, err
	}
	if s := r.sessions[root]; s != nil {
		return s, nil
	}
	inputs, traced := r.notes.goInputs(root)
	module, err := modulePath(root)
	if err != nil {
		return nil, err
	}
	s := newSession(r.diags.fset, root, module, r.outs)
	s.exports.inputs, s.traced = inputs, traced
	r.sessions[root] = s
	return s, nil
}

// model plans the files of one package and notes what is wrong with it.
func (r *run) model(p *pkg) {
	b := newBuilder(p.s, p.src, &r.diags, p.found.unions)
	var built []*task
	for i := range p.files {
		marks := p.found.of(i == 1)
		if marks.emitNothing() {
			continue
		}
		model, ok := b.build(marks)
		built = append(built, b.tasks...)
		if p.src.broken = p.src.broken || !ok; !p.src.broken {
			p.files[i] = newRendering(model, r.rendered)
		}
	}
	if r.notes.dir == "" {
		r.listings = append(r.listings, b.listings(built)...)
	}
}

// emit generates the files of all packages that nothing is wrong with.
func (r *run) emit() error {
	var files []*rendering
	for _, p := range r.packages {
		for _, f := range p.files {
			if f != nil && !p.src.broken {
				files = append(files, f)
			}
		}
	}
	if err := render(files, r.rendered); err != nil {
		return err
	}
	for _, p := range r.packages {
		if p.src.broken {
			continue // the old files stay
		}
		before := len(r.diags.list)
		for i, name := range outputNames {
			if err := r.file(p.src.dir, name, p.files[i].text()); err != nil {
				return err
			}
		}
		p.src.broken = len(r.diags.list) > before
	}
	return nil
}

// file adds a generated file to the result. Without a text it is one to remove,
// if there is one and it is ours.
func (r *run) file(dir, name string, text []byte) error {
	path := filepath.Join(dir, name)
	old, missing := r.notes.texts[path], false
	if old == nil {
		var err error
		old, err = os.ReadFile(path)
		if missing = err != nil; missing && !os.IsNotExist(err) {
			return err
		}
	}
	switch {
	case text == nil && (missing || !isOurs(old)):
		return nil
	case !missing && !isOurs(old):
		r.diags.at(token.Position{Filename: path, Line: 1, Column: 1}, CodeClash, "",
			"%s is the name of generated files, and this one is not generated by offing; rename it", name)
		return nil
	}
	if text == nil && r.notes.keep {
		text = remainder(old)
	}
	r.files = append(r.files, File{Path: path, Name: relative(r.diags.dir, path), Old: old, New: text})
	return nil
}

// obsolete removes the output of a package that has no tasks any more.
func (r *run) obsolete(dir string) error {
	for _, name := range outputNames {
		if err := r.file(dir, name, nil); err != nil {
			return err
		}
	}
	return nil
}
