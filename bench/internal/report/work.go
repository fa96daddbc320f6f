// Package report turns groups of work into tables: it has the work measured,
// compares offing with every other contender, and holds the figures against the
// project's targets.
package report

import "github.com/offing-go/offing/bench/internal/rounds"

// Offing is the name of the contender that the others are compared with.
const Offing = "offing"

// A Group is work that belongs in one table.
type Group struct {
	Name  string
	Title string
	Procs bool // worth a run for each GOMAXPROCS that was asked for

	// Processor says that the work never waits, so that its time is what the
	// processors spend; see [rounds.Options].
	Processor bool

	// Traits are what is to be known of a contender besides its speed, one column
	// each; how it is set up, too.
	Traits []string
	About  []About

	// Build makes the programs that do the work, before any of it is opened, and
	// returns their paths; Remove is for when it is done. Nil if this program does it.
	Build  func() (programs []string, err error)
	Remove func()

	Works func(quick bool) []Work
	Facts func(quick bool) []Fact // figures that are no times; may be nil
}

// An About is a contender and its traits, in the order of the group's.
type About struct {
	Contender string
	Traits    []string
}

// A Work is one thing that all contenders do, one line of the table.
type Work struct {
	Name    string
	Per     int                // operations in one time of a case; figures are per operation
	Rounds  int                // at most so many rounds, for work that takes long; 0 means as many as asked for
	Turns   int                // a turn is as long as so many, for work whose price comes in waves; 0 means one
	Open    func() []Contender // sets the contenders up, offing among them
	Targets []Target
}

// A Contender is one case of a work.
type Contender struct {
	rounds.Case
	Wire float64 // mean length of an encoded value in bytes; 0 where it does not matter
}

// A Figure is what a target is about.
type Figure int

// The figures. Ratio is offing's time relative to that of Target.Against.
const (
	Ratio Figure = iota
	Ns
	Allocs
	Bytes
)

// A Target is what the project wants a figure of offing to be.
type Target struct {
	Figure  Figure
	Against string // a contender, for Ratio
	AtMost  float64
}

// A Fact is a figure that no work has: what memory something takes, or a time for which
// there is a target that is no ratio.
type Fact struct {
	Work      string  `json:"work"`
	Contender string  `json:"contender"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Bound     bool    `json:"bound"` // there is a target
	AtMost    float64 `json:"at_most"`
}
