package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/offing-go/offing/gen"
)

// run does the work of a command.
func (c *command) run() int {
	res, err := gen.Generate(gen.Config{Patterns: c.patterns})
	if err != nil {
		fmt.Fprintln(c.stderr, "offing:", err)
		if errors.Is(err, gen.ErrPattern) {
			return misuse
		}
		return toMend
	}
	status := c.report(res.Diagnostics)
	for _, f := range res.Files {
		if f.Stale() {
			status = max(status, c.stale(f))
		}
	}
	return status
}

// report prints diagnostics.
func (c *command) report(list []gen.Diagnostic) int {
	for _, d := range list {
		if c.json {
			c.printJSON(d)
		} else {
			fmt.Fprintln(c.stderr, d)
		}
	}
	if len(list) > 0 {
		return toMend
	}
	return fine
}

// printJSON prints a diagnostic for editors.
func (c *command) printJSON(d gen.Diagnostic) {
	text, err := json.Marshal(struct {
		File    string   `json:"file"`
		Line    int      `json:"line"`
		Column  int      `json:"column"`
		Code    gen.Code `json:"code"`
		Task    string   `json:"task,omitempty"`
		Message string   `json:"message"`
	}{d.Pos.Filename, d.Pos.Line, d.Pos.Column, d.Code, d.Task, d.Message})
	if err == nil { // strings and numbers always are
		fmt.Fprintf(c.stderr, "%s\n", text)
	}
}

// stale deals with a file that is not as it should be.
func (c *command) stale(f gen.File) int {
	switch c.verb {
	case "check":
		fmt.Fprintf(c.stderr, "%s: %s; run \"go generate\"\n", f.Name, condition(f))
		return toMend
	case "diff":
		fmt.Fprint(c.stdout, f.Diff())
		return toMend
	}
	if err := f.Write(); err != nil {
		fmt.Fprintln(c.stderr, "offing:", err)
		return toMend
	}
	return fine
}

func condition(f gen.File) string {
	switch {
	case f.Old == nil:
		return "missing"
	case f.New == nil:
		return "left over, there are no tasks any more"
	}
	return "stale"
}

// version returns the version of the module that the command was built from.
func version() string {
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" && build.Main.Version != "(devel)" {
		return build.Main.Version
	}
	return "v" + gen.Version
}
