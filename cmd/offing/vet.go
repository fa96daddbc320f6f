package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/offing-go/offing/gen"
	"github.com/offing-go/offing/gen/vet"
)

const aboutVet = `Vet runs analyzers that find mistakes which compile: futures that are dropped, tasks
that wait without their context, programs that cannot be worker processes, and others,
and says what generate and check say as well. The analyzer stands at the end of each
line; with -v all follow, with what they are for and how much they have found. It works
where nothing is generated yet. To apply fixes, or for packages by import path, let go
vet run it:

	go vet -vettool=$(go tool -n offing) [-fix] [packages]
`

// vet runs the analyzers.
func (c *command) vet() int {
	list, err := vet.Run(vet.Config{Patterns: c.args})
	if err != nil {
		return c.failed(err)
	}
	counts := map[string]int{}
	for _, f := range list {
		counts[f.Analyzer]++
		if c.json {
			object(c.stderr, findingOf(f))
		} else {
			// The analyzer stands where the code does.
			io.WriteString(c.stderr, c.look.diagnostic(gen.Diagnostic{Pos: f.Pos, Code: gen.Code(f.Analyzer), Message: f.Message}))
		}
	}
	if c.more {
		c.count(counts)
	}
	if len(list) > 0 {
		return toMend
	}
	return fine
}

// count prints how much the analyzers have found.
func (c *command) count(found map[string]int) {
	for _, a := range vet.Analyzers() {
		summary, _, _ := strings.Cut(a.Doc, "\n")
		if c.json {
			object(c.stderr, struct {
				Analyzer string `json:"analyzer"`
				Found    int    `json:"found"`
			}{a.Name, found[a.Name]})
		} else {
			fmt.Fprintf(c.stderr, "%-15s%3d  %s\n", a.Name, found[a.Name], summary)
		}
	}
}

// A finding is one of vet as a JSON object, for editors.
type finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Analyzer string   `json:"analyzer"`
	Code     gen.Code `json:"code,omitempty"`
	Message  string   `json:"message"`
}

func findingOf(f vet.Finding) finding {
	return finding{f.Pos.Filename, f.Pos.Line, f.Pos.Column, f.Analyzer, f.Code, f.Message}
}
