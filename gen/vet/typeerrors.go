package vet

import (
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/offing-go/offing/gen"
)

// typeErrors reports what does not compile, but for what follows from something
// that is reported already.
func (r *run) typeErrors() {
	for _, p := range r.packages {
		if r.follows(p) {
			continue
		}
		for _, e := range p.Errors {
			if strings.HasPrefix(e.Msg, "# ") {
				continue // the go command repeats what the compiler says
			}
			at := position(e.Pos)
			if at.Line == 0 && len(p.GoFiles) > 0 { // it is wrong with the package
				at = token.Position{Filename: p.GoFiles[0], Line: 1, Column: 1}
			}
			if rel, err := filepath.Rel(r.dir, at.Filename); err == nil && r.told(rel, at.Line) {
				continue
			}
			r.note(at, typeChecker, strings.ReplaceAll(explained(p, e.Msg), "\n\t", "; "))
		}
	}
}

// explained returns a message; one that an import fails says why it does, which only
// the go command knows.
func explained(p *packages.Package, message string) string {
	for path, imported := range p.Imports {
		fails := "could not import " + path
		if len(imported.Errors) > 0 && strings.HasPrefix(message, fails+" ") {
			reason, _, _ := strings.Cut(imported.Errors[0].Msg, "\n")
			return fails + ": " + strings.TrimSuffix(reason, "; to add it:")
		}
	}
	return message
}

// follows reports whether type errors of a package are no surprise: a mistake keeps
// it, or one that it imports, from being generated. That mistake is reported, also
// where it is in a package that is not analyzed.
func (r *run) follows(p *packages.Package) bool {
	if len(p.Errors) == 0 {
		return false
	}
	follows := false
	for _, dir := range append(importedDirs(p), filepath.Dir(p.GoFiles[0])) {
		for _, d := range r.ask(dir) {
			r.diagnostic(d, r.dir)
			follows = true
		}
	}
	return follows
}

// ask returns what keeps the generator from writing for one package.
func (r *run) ask(dir string) []gen.Diagnostic {
	list, known := r.asked[dir]
	if !known {
		if res, err := gen.Generate(gen.Config{Dir: r.dir, Patterns: []string{dir}}); err == nil {
			list = res.Diagnostics
		}
		r.asked[dir] = list
	}
	return list
}

// told reports whether there is a finding on a line that says why it does not
// compile.
func (r *run) told(file string, line int) bool {
	return slices.ContainsFunc(r.found, func(f Finding) bool {
		return f.Pos.Filename == file && f.Pos.Line == line && (f.Analyzer == Directive.Name || f.Analyzer == Unencodable.Name)
	})
}

// position parses a position that package packages gives as text.
func position(text string) (at token.Position) {
	at.Filename = text
	for _, field := range []*int{&at.Column, &at.Line} {
		i := strings.LastIndexByte(at.Filename, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(at.Filename[i+1:])
		if err != nil {
			break
		}
		at.Filename, *field = at.Filename[:i], n
	}
	if at.Line == 0 { // there was no column
		at.Line, at.Column = at.Column, 0
	}
	return at
}
