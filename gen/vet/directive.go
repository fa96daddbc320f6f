package vet

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/offing-go/offing/gen"
)

// Directive reports what the generator says of directives: almost directives,
// misplaced ones, unknown keys, bad values, names that clash, and whatever else
// keeps it from writing. Of types that cannot cross, [Unencodable] tells.
//
// The fix writes the directive that was meant.
var Directive = &analysis.Analyzer{
	Name: "directive",
	Doc: `report directives that have no effect, or not the one they should

What looks like a directive and is none, as "// offing:task" and
"//offing:tsak", does nothing. This analyzer finds it, as well as directives
in the wrong place, unknown or bad keys, and names of generated functions that
are taken: all that "offing" itself says of directives. "offing explain CODE"
says more on the code at the end of a message.`,
	URL:              "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#Directive",
	Run:              checkDirectives,
	Requires:         []*analysis.Analyzer{tasks},
	RunDespiteErrors: true,
}

func checkDirectives(pass *analysis.Pass) (any, error) {
	found := annotated(pass)
	for _, d := range found.Diagnostics {
		if !ofTypes(d.Code) {
			found.report(pass, d)
		}
	}
	return nil, nil
}

// ofTypes reports whether a code is about what cannot cross to a process.
func ofTypes(code gen.Code) bool {
	return slices.Contains([]gen.Code{gen.CodeType, gen.CodeRecursive, gen.CodeUnexported}, code)
}

// report reports a diagnostic of the generator.
func (found *annotations) report(pass *analysis.Pass, d gen.Diagnostic) {
	pos, ours := found.place(pass, d.Pos)
	if !ours {
		return
	}
	diag := analysis.Diagnostic{Pos: pos, Category: string(d.Code), Message: d.Text()}
	if c := commentAt(pass, pos); c != nil && d.Instead != "" {
		diag.End = c.End()
		diag.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "Write " + d.Instead,
			TextEdits: []analysis.TextEdit{{Pos: c.Pos(), End: c.End(), NewText: []byte(d.Instead)}},
		}}
	}
	pass.Report(diag)
}
