package gen

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"

	"github.com/offing-go/offing/templates"
)

// A run reads and generates all packages once.
type run struct {
	outs     outputs
	notes    *notes
	sessions map[string]*session // by module root
	diags    diagnostics
	dirs     []string
	broken   map[string]bool // directories with a mistake, whose old files stay
	mistaken map[string]bool // those of which other packages cannot see what is generated
	packages []*pkg
	rendered func() rendered // waits for what is recalled
	made     []File          // as other packages see them
	files    []File          // the same without those of broken directories
	listings []Listing
	unions   []Union
}

func newRun(dir string, dirs []string, outs outputs, done func() rendered, old *notes) (*run, error) {
	r := &run{outs: outs, rendered: done, notes: old, sessions: map[string]*session{}, broken: map[string]bool{}, mistaken: map[string]bool{}}
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
	err := r.emit()
	r.excuse()
	return r, err
}

// result returns what the run has found, and which packages it could pass over.
func (r *run) result(current []string) *Result {
	return &Result{
		Current: current, Files: r.files, Listings: r.listings, Unions: r.unions, Diagnostics: r.diags.sorted(),
	}
}

// A pkg is a package with tasks. The external tests in a directory are one of their
// own.
type pkg struct {
	s     *session
	src   *source
	found annotations
	units []unit
	files []output

	broken bool     // something is wrong with it
	awaits []string // directories of packages that may be all that is wrong
}

// An output is what is to be in one generated file.
type output struct {
	name  string
	model templates.Package
	*rendering
}

// scan looks for tasks in a directory.
func (r *run) scan(dir string) error {
	files, read, err := readDir(dir)
	if err != nil {
		return err
	}
	r.dirs = append(r.dirs, dir)
	if !slices.ContainsFunc(files, func(f goFile) bool { return mayHaveTasks(f.text) }) {
		return nil
	}
	s, err := r.session(dir)
	if err != nil {
		return err
	}
	r.notes.exports(s, dir)
	src := s.parsed(dir, s.pathOf(dir), files)
	src.inputs = read
	before := len(r.diags.list)
	var all []*pkg
	for _, part := range []*source{src, src.external()} { // in this order, though the first loses files to the second
		if part != nil {
			all = append(all, &pkg{s: s, src: part})
		}
	}
	marked := false
	for _, p := range all {
		clean := len(r.diags.list)
		p.found = find(&r.diags, p.src)
		r.blame(p, clean)
		marked = marked || !p.found.emitNothing()
	}
	if !marked && len(r.diags.list) == before && len(s.syntaxErrors[dir]) == 0 {
		return nil
	}
	if bad := s.syntaxErrors[dir]; len(bad) > 0 {
		r.diags.list = r.diags.list[:before] // what follows from a syntax error is no mistake
		for _, e := range bad {
			r.diags.at(e.Pos, CodeSource, "", "%s; correct the syntax", e.Msg)
		}
	}
	if len(s.syntaxErrors[dir]) > 0 || !marked {
		r.broken[dir], r.mistaken[dir] = true, true
		return nil
	}
	for _, p := range all {
		if !p.found.emitNothing() {
			p.units = s.units(p.src, p.found)
			clean := len(r.diags.list)
			r.follow(p)
			r.blame(p, clean)
			r.packages = append(r.packages, p)
		}
	}
	clean := len(r.diags.list)
	r.apart(all)
	for _, p := range all {
		r.blame(p, clean)
	}
	return nil
}

// follow notes which packages have to be loaded, and reports those of the module
// that do not parse: what is left of them may make sense and be wrong.
func (r *run) follow(p *pkg) {
	s := p.s
	c := &closure{s: s, seen: map[string]bool{}}
	for _, u := range p.units {
		for _, spec := range dotImports(u.view, false) {
			if s.own(importPath(spec)) == nil {
				s.exports.need(importPath(spec), "")
			}
		}
		marks := p.found.of(u)
		for _, t := range marks.tasks {
			c.walk(u.view, t.file, t.decl.Type)
			if t.decl.Recv != nil {
				c.walk(u.view, t.file, t.decl.Recv)
			}
			for _, m := range t.instance {
				c.walk(u.view, t.file, m.expr)
			}
		}
		for _, e := range marks.errors {
			if t, ok := e.spec.(*ast.TypeSpec); ok {
				c.walk(u.view, e.file, t.Type)
			}
		}
		for _, m := range marks.unions {
			c.walk(u.view, m.file, m.spec)
			for _, t := range m.types {
				c.walk(u.view, m.file, t.expr)
			}
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
	s.exports.inputs, s.exports.traced = inputs, traced
	r.sessions[root] = s
	return s, nil
}

// model plans the files of one package and notes what is wrong with it.
func (r *run) model(p *pkg) {
	before := len(r.diags.list)
	b := newBuilder(p.s, p.src, &r.diags, p.found)
	b.broken = r.broken[p.src.dir]
	made := unitNames{base: b.names}
	var built []*task
	for i, u := range p.units {
		marks := p.found.of(u)
		if marks.emitNothing() && (i > 0 || len(p.units) == 2) {
			continue // with conditions, aliases may come into the first
		}
		at := b
		if u.condition != nil {
			at = b.fork(u, made.before(u), p.found.unions)
		} else if u.test {
			made.all(b.names)
		}
		model, _ := at.build(marks)
		for _, c := range at.opened {
			built = append(built, c.task)
		}
		built = append(built, at.tasks...)
		if u.condition != nil && !u.test {
			at.model = model
			b.hoist(at, &p.files[0].model)
			model = at.model
		}
		if len(p.units) > 2 { // else nobody asks
			made.add(u, at.names)
		}
		p.files = append(p.files, output{name: u.output(), model: model})
	}
	r.blame(p, before)
	for i := range p.files {
		if f := &p.files[i]; !f.model.Empty() && !p.broken {
			f.rendering = newRendering(f.model, r.rendered())
		}
	}
	if r.notes.dir == "" {
		r.listings = append(r.listings, b.listings(built)...)
		r.unions = append(r.unions, b.planner.listUnions(p.src.path)...)
	}
}

// emit generates the files of all packages that nothing is wrong with.
func (r *run) emit() error {
	var files []*rendering
	texts, made := map[string]*rendering{}, map[string][]string{} // by path; their names, by directory
	for _, p := range r.packages {
		for _, f := range p.files {
			if f.rendering != nil && !p.broken {
				files = append(files, f.rendering)
				texts[filepath.Join(p.src.dir, f.name)] = f.rendering
				made[p.src.dir] = append(made[p.src.dir], f.name)
			}
		}
	}
	if err := render(files, r.rendered()); err != nil {
		return err
	}
	for _, dir := range r.dirs {
		names, err := outputsIn(dir)
		if err != nil {
			return err
		}
		names = slices.Concat(names, made[dir], r.outs.made[dir])
		slices.Sort(names)
		broken := r.broken[dir]
		for _, name := range slices.Compact(names) {
			if err := r.file(dir, name, texts[filepath.Join(dir, name)], broken); err != nil {
				return err
			}
		}
	}
	for _, f := range r.made {
		if !r.broken[filepath.Dir(f.Path)] && (f.Old != nil || f.New != nil) { // else the old files stay
			r.files = append(r.files, f)
		}
	}
	return nil
}

// file adds a file to what is made. Without a text it is one to remove, if there is one
// and it is ours. Of a directory that is broken already it says nothing.
func (r *run) file(dir, name string, of *rendering, broken bool) error {
	path := filepath.Join(dir, name)
	text := of.text()
	old, missing := r.notes.texts[path], false
	if old == nil {
		var err error
		old, err = os.ReadFile(path)
		if missing = err != nil; missing && !os.IsNotExist(err) {
			return err
		}
	}
	switch {
	case !missing && !isOurs(old):
		if text != nil && !broken {
			r.diags.at(token.Position{Filename: path, Line: 1, Column: 1}, CodeClash, "",
				"%s is the name of generated files, and this one is not generated by offing; rename it", name)
			r.broken[dir], r.mistaken[dir] = true, true
		}
		return nil
	case text == nil && !missing && r.notes.keep:
		text = remainder(old)
	}
	r.made = append(r.made, File{Path: path, Name: relative(r.diags.dir, path), Old: old, New: text, of: of})
	return nil
}
