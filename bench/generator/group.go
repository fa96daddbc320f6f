// Package generator measures how long people wait for a generator: whole processes of
// the built programs, in a package that was edited, and in one that was not.
//
// What is generated differs, but its amount is comparable: something for each of so
// many functions. The package has these functions, one of which is edited before each
// run, and beside them what the generator at hand wants to see: a directive on each
// function, an interface with a method like each, or a type with three constants for
// each.
package generator

import (
	"fmt"

	"github.com/offing-go/offing/bench/internal/report"
)

// Group is the work of this package.
var Group = report.Group{
	Name:   "generator",
	Title:  "Generating code after an edit, whole processes",
	Traits: []string{"how"},
	About: []report.About{
		{Contender: report.Offing, Traits: []string{"a task for each function; the name of a parameter is edited, and with it what is generated"}},
		{Contender: "stringer", Traits: []string{"golang.org/x/tools; a type with three constants for each function; the value of a constant is edited"}},
		{Contender: "moq", Traits: []string{"one interface with a method for each function, mocked in its package; the name of a parameter is edited"}},
		{Contender: "mockery", Traits: []string{"v3, its own template and formatter; the same interface"}},
		{Contender: goList, Traits: []string{"the floor of whatever wants types from the compiler: go list -export of the imports of the functions"}},
		{Contender: hello, Traits: []string{"the floor of a process: a program that prints a line"}},
	},
	Works: works,
	Facts: facts,
}

const (
	goList = "go list -export"
	hello  = "hello world"
)

// sizes are how many functions a package has.
var sizes = []int{1, 100, 1000}

func works(quick bool) []report.Work {
	if quick { // without those that would have to be built first
		return []report.Work{editWork(1, false, nil), editWork(1, true, nil), unchangedWork(1)}
	}
	var list []report.Work
	for _, http := range []bool{false, true} {
		for _, n := range sizes {
			list = append(list, editWork(n, http, peers))
		}
	}
	for _, n := range sizes {
		list = append(list, unchangedWork(n))
	}
	return list
}

// editWork is a run after one of n functions was edited.
func editWork(n int, http bool, peers []tool) report.Work {
	w := report.Work{Name: fmt.Sprintf("1 of %d edited", n), Per: 1, Rounds: 11}
	if n >= 1000 {
		w.Rounds = 5
	}
	imports := []string{"context"}
	if http {
		w.Name += ", types of net/http"
		w.Targets = append(w.Targets, report.Target{Against: goList, AtMost: 1})
		imports = append(imports, "net/http")
	} else {
		for _, peer := range peers {
			w.Targets = append(w.Targets, report.Target{Against: peer.name, AtMost: 0.1})
		}
	}
	w.Open = func() (list []report.Contender) {
		for _, t := range append([]tool{offing}, peers...) {
			list = append(list, contender(t, n, http))
		}
		return append(list, listing(imports), greeting())
	}
	return w
}

// unchangedWork is a run after nothing was edited.
func unchangedWork(n int) report.Work {
	return report.Work{
		Name: fmt.Sprintf("none of %d edited", n), Per: 1, Rounds: 21,
		Open: func() []report.Contender { return []report.Contender{unchanged(n), greeting()} },
	}
}
