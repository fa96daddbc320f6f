package vet

import (
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Stale reports generated files that are missing, not what the generator would
// write, or left over: what "offing check" does, where editors and go vet show
// it. It compares with the file on disk, whatever the build sees.
var Stale = &analysis.Analyzer{
	Name: "stale",
	Doc: `report generated files that are not current

The file offing_gen.go of a package is missing, or a task, a directive or a type
has changed since it was written, or its tasks are gone: run "go generate".
Nothing is found in a package in which a directive is wrong, since there is
nothing to compare with; see the analyzers directive and unencodable.`,
	URL:              "https://pkg.go.dev/github.com/offing-go/offing/gen/vet#Stale",
	Run:              checkStale,
	Requires:         []*analysis.Analyzer{tasks},
	RunDespiteErrors: true,
}

func checkStale(pass *analysis.Pass) (any, error) {
	found := annotated(pass)
	for _, f := range found.Files {
		if !f.Stale() || f.Remainder() {
			continue
		}
		if at, known := positionOf(f, found.Listings, found.dir); known {
			if pos, ours := found.place(pass, at); ours {
				pass.Reportf(pos, "%s", staleness(f))
			}
		}
	}
	return nil, nil
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }
