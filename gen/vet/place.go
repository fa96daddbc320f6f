package vet

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/offing-go/offing/gen"
)

// lineOf makes a key of a position's file and line. Names are relative to dir, or
// absolute.
func lineOf(dir string, at token.Position) string {
	return fmt.Sprintf("%s:%d", absolute(dir, at.Filename), at.Line)
}

func absolute(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// place returns where in the files of the pass a position of package gen is, and
// false if it is not for this pass to report it: the package and its tests are
// analyzed one by one, and gen sees them together.
func (found *annotations) place(pass *analysis.Pass, at token.Position) (token.Pos, bool) {
	at.Filename = absolute(found.dir, at.Filename)
	for _, file := range pass.Files {
		in := pass.Fset.File(file.FileStart)
		if in.Name() == at.Filename {
			return offset(in, at), true
		}
	}
	test := strings.HasSuffix(pass.Pkg.Name(), "_test")
	elsewhere := filepath.Dir(at.Filename) != found.dir
	if test || !elsewhere && !slices.Contains(pass.IgnoredFiles, at.Filename) && !processed(pass, at.Filename) {
		return token.NoPos, false
	}
	text, err := os.ReadFile(at.Filename)
	if err != nil {
		return token.NoPos, false
	}
	in := pass.Fset.AddFile(at.Filename, -1, len(text))
	in.SetLinesForContent(text)
	return offset(in, at), true
}

// processed reports whether a file of the pass is what cgo made of the named one.
func processed(pass *analysis.Pass, name string) bool {
	return slices.ContainsFunc(pass.Files, func(file *ast.File) bool {
		return pass.Fset.Position(file.Package).Filename == name
	})
}

// offset returns a line and column as a position; the start of the file if it is
// shorter than that.
func offset(in *token.File, at token.Position) token.Pos {
	if at.Line < 1 || at.Line > in.LineCount() {
		return in.Pos(0)
	}
	pos := in.LineStart(at.Line) + token.Pos(max(at.Column, 1)-1)
	return min(pos, in.Pos(in.Size()))
}

// positionOf returns where to report that a generated file is not current: at what
// is annotated first, or at the package clause of a file that should go.
func positionOf(f gen.File, listings []gen.Listing, dir string) (token.Position, bool) {
	if f.New == nil {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, f.Path, f.Old, parser.PackageClauseOnly)
		if err != nil {
			return token.Position{Filename: f.Path, Line: 1, Column: 1}, true
		}
		return fset.Position(file.Name.Pos()), true
	}
	for _, l := range listings {
		l.Pos.Filename = absolute(dir, l.Pos.Filename)
		if filepath.Dir(l.Pos.Filename) == filepath.Dir(f.Path) && isTest(l.Pos.Filename) == isTest(f.Path) {
			return l.Pos, true
		}
	}
	return token.Position{}, false
}

// staleness is the message that a generated file is not current.
func staleness(f gen.File) string {
	condition := "stale"
	switch {
	case f.Old == nil:
		condition = "missing"
	case f.New == nil:
		condition = "left over, there are no tasks any more"
	}
	return filepath.Base(f.Path) + " is " + condition + "; run \"go generate\""
}

// commentAt returns the comment that begins at pos, or nil.
func commentAt(pass *analysis.Pass, pos token.Pos) *ast.Comment {
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if c.Slash == pos {
					return c
				}
			}
		}
	}
	return nil
}
