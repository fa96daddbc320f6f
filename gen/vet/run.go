package vet

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/offing-go/offing/gen"
)

// A Config says what to analyze.
type Config struct {
	// Dir is where patterns start from and what paths in findings are relative
	// to; empty means the working directory.
	Dir string

	// Patterns are those of package gen: directories, or directories with /...
	// for all packages below. None means the directory itself.
	Patterns []string
}

// A Finding is one mistake.
type Finding struct {
	Pos      token.Position // the file as a path relative to Config.Dir
	Analyzer string         // its name; "compile" for an error of the type checker
	Code     gen.Code       // of a diagnostic of the generator; else empty
	Message  string
}

// String returns the finding as compilers print theirs.
func (f Finding) String() string { return fmt.Sprintf("%s: %s [%s]", f.Pos, f.Message, f.Analyzer) }

// Run analyzes packages with their tests and returns what it finds, by position,
// each once. It writes nothing but the go command's cache: it may take as long as a
// build of the packages with their tests, which then need not be built again.
//
// Packages whose generated files are missing or stale are analyzed as if these were
// current, so that one finding says so and not a heap of type errors. Where a
// mistake keeps them from being generated type errors that follow from that are left
// out; then only that mistake is certain to be found. An error means that Run could
// not work at all; it is gen.ErrPattern for a bad pattern.
func Run(c Config) ([]Finding, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	if len(c.Patterns) == 0 {
		c.Patterns = []string{"."}
	}
	res, err := gen.Generate(gen.Config{Dir: dir, Patterns: c.Patterns})
	if err != nil {
		return nil, err
	}
	r := &run{dir: dir, patterns: c.Patterns, overlay: map[string][]byte{}, asked: map[string][]gen.Diagnostic{}}
	r.adopt(res)
	for _, d := range res.Diagnostics {
		r.diagnostic(d, dir)
	}
	for _, f := range res.Files {
		r.stale(f, res.Listings, dir)
	}
	if err := r.load(); err != nil {
		return nil, err
	}
	if err := r.loadWithRest(); err != nil {
		return nil, err
	}
	if err := r.analyze(ofBodies(res, dir)); err != nil {
		return nil, err
	}
	r.typeErrors()
	return r.sorted(), nil
}

// A run is one call of Run.
type run struct {
	dir      string
	patterns []string
	overlay  map[string][]byte           // generated files as they should be, by path
	asked    map[string][]gen.Diagnostic // what the generator says of single packages, by directory
	packages []*packages.Package
	loaded   []*packages.Package // with source: these, and others that are only asked for facts
	found    []Finding
}

// adopt takes generated files as they should be.
func (r *run) adopt(res *gen.Result) {
	for _, f := range res.Files {
		if !f.Stale() {
			continue
		}
		r.overlay[f.Path] = f.New
		if f.New == nil { // an overlay cannot remove a file
			r.overlay[f.Path] = f.PackageClause()
		}
	}
}

// load finds, parses and checks the packages.
func (r *run) load() error {
	r.packages, r.loaded = nil, nil
	for _, pattern := range r.patterns {
		root, all := strings.CutSuffix(filepath.ToSlash(pattern), "...")
		if pattern = "."; all {
			pattern = "./..."
		}
		list, with, err := loadBeside(&packages.Config{
			Mode: packages.LoadSyntax | packages.NeedForTest | packages.NeedModule,
			Dir:  absolute(r.dir, filepath.FromSlash(root)), Tests: true, Overlay: r.overlay,
		}, pattern)
		if err != nil {
			return err
		}
		r.packages = append(r.packages, list...)
		r.loaded = append(r.loaded, with...)
	}
	tested := map[string]bool{}
	for _, p := range r.packages {
		tested[p.ForTest] = tested[p.ForTest] || p.PkgPath == p.ForTest
	}
	r.packages = slices.DeleteFunc(r.packages, func(p *packages.Package) bool {
		main := strings.HasSuffix(p.ID, ".test")      // which go test writes
		again := p.ForTest == "" && tested[p.PkgPath] // it is there with its tests too
		return main || again || len(p.GoFiles) == 0
	})
	return nil
}

// loadWithRest loads once more if something does not compile and the module has
// other packages whose generated files are not current, which may be why.
func (r *run) loadWithRest() error {
	if !slices.ContainsFunc(r.packages, func(p *packages.Package) bool { return len(p.Errors) > 0 }) {
		return nil
	}
	modules, count := map[string]bool{}, len(r.overlay)
	for _, p := range r.packages {
		if p.Module == nil || modules[p.Module.Dir] {
			continue
		}
		modules[p.Module.Dir] = true
		res, err := gen.Generate(gen.Config{Dir: p.Module.Dir, Patterns: []string{"./..."}})
		if err != nil {
			return err
		}
		r.reportRest(res, p.Module)
		r.adopt(res)
	}
	if len(r.overlay) == count {
		return nil
	}
	return r.load()
}

// analyze runs analyzers on the packages that compile.
func (r *run) analyze(list []*analysis.Analyzer) error {
	for _, p := range r.loaded {
		p.IllTyped = len(p.Errors) > 0 // what it imports may be broken, as long as it makes sense itself
	}
	graph, err := checker.Analyze(list, linked(r.loaded, r.packages), nil)
	if err != nil {
		return err
	}
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			r.note(act.Package.Fset.Position(d.Pos), act.Analyzer, d.Message)
		}
		if act.Err != nil && !act.Package.IllTyped {
			return fmt.Errorf("%s: %s: %w", act.Package.ID, act.Analyzer.Name, act.Err)
		}
	}
	return nil
}

// reportRest reports generated files that are not current, of packages that others
// import which are analyzed, and that are not analyzed themselves.
func (r *run) reportRest(res *gen.Result, module *packages.Module) {
	imported := map[string]bool{}
	for _, p := range r.packages {
		for _, dir := range importedDirs(p) {
			imported[dir] = true
		}
	}
	for _, f := range res.Files {
		if _, known := r.overlay[f.Path]; !known && imported[filepath.Dir(f.Path)] {
			r.stale(f, res.Listings, module.Dir)
		}
	}
}

// importedDirs returns the directories of what a package imports of its module.
func importedDirs(p *packages.Package) (dirs []string) {
	if p.Module == nil {
		return nil
	}
	for path := range p.Imports {
		if rel, ok := strings.CutPrefix(path+"/", p.Module.Path+"/"); ok {
			dirs = append(dirs, filepath.Join(p.Module.Dir, filepath.FromSlash(rel)))
		}
	}
	return dirs
}

// diagnostic reports what the generator says; its paths are relative to dir.
func (r *run) diagnostic(d gen.Diagnostic, dir string) {
	a := Directive
	if ofTypes(d.Code) {
		a = Unencodable
	}
	d.Pos.Filename = absolute(dir, d.Pos.Filename)
	r.note(d.Pos, a, d.Text())
	r.found[len(r.found)-1].Code = d.Code
}

// stale reports a generated file if it is not current.
func (r *run) stale(f gen.File, listings []gen.Listing, dir string) {
	if at, known := positionOf(f, listings, dir); known && f.Stale() && !f.Remainder() {
		r.note(at, Stale, staleness(f))
	}
}

func (r *run) note(pos token.Position, a *analysis.Analyzer, message string) {
	if rel, err := filepath.Rel(r.dir, pos.Filename); err == nil {
		pos.Filename = rel
	}
	pos.Offset = 0
	r.found = append(r.found, Finding{Pos: pos, Analyzer: a.Name, Message: message})
}

// ofBodies returns the analyzers that look into functions. They go by what the
// generator has answered for all packages, which is then not asked for each one
// again. What it says itself need not be found once more.
func ofBodies(res *gen.Result, dir string) (list []*analysis.Analyzer) {
	answer := asking(func(string) (*annotations, error) {
		return &annotations{Result: &gen.Result{Listings: res.Listings, Unions: res.Unions}, dir: dir}, nil
	})
	for _, a := range Analyzers() {
		if a == Directive || a == Stale {
			continue
		}
		with := *a
		with.Requires = slices.Clone(a.Requires)
		for i := range with.Requires {
			if with.Requires[i] == tasks {
				with.Requires[i] = answer
			}
		}
		list = append(list, &with)
	}
	return list
}

// typeChecker stands in Finding.Analyzer for the one that is none of ours.
var typeChecker = &analysis.Analyzer{Name: "compile"}

// sorted returns the findings by position, each once.
func (r *run) sorted() []Finding {
	slices.SortFunc(r.found, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Analyzer, b.Analyzer),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(r.found)
}
