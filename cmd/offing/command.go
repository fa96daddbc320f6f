package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/offing-go/offing/gen"
)

// run does the work of a command.
func (c *command) run() int {
	res, err := gen.Generate(gen.Config{Patterns: c.patterns, Keep: c.writes() && underGoGenerate(), Cache: c.cache()})
	if err != nil {
		fmt.Fprintln(c.stderr, "offing:", err)
		if errors.Is(err, gen.ErrPattern) {
			return misuse
		}
		return toMend
	}
	status := c.report(res.Diagnostics)
	if c.verb == "list" {
		return max(status, c.list(res.Listings))
	}
	var stale []gen.File
	for _, f := range res.Files {
		if f.Stale() && (c.writes() || !f.Remainder()) {
			stale = append(stale, f)
		}
	}
	if c.verb == "diff" {
		c.relocate(stale)
	}
	for _, f := range stale {
		status = max(status, c.stale(f))
	}
	return status
}

// writes reports whether the command changes files.
func (c *command) writes() bool { return c.verb == "" || c.verb == "generate" }

// cache returns where notes for the next run are. What only looks does without, so
// that it finds what generate has overlooked, should that ever happen.
func (c *command) cache() string {
	set := os.Getenv("OFFING_CACHE")
	switch {
	case !c.writes() || set == "off":
		return ""
	case set != "":
		return set
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "offing")
}

// underGoGenerate reports whether a //go:generate line has started us. Then the
// files of the package have to stay where they are, since go generate has only
// begun to read them.
func underGoGenerate() bool { return os.Getenv("GOFILE") != "" && os.Getenv("GOPACKAGE") != "" }

// relocate makes the names of files relative to a directory that has all of
// them: no program that applies a diff follows a name with ".." in it.
func (c *command) relocate(files []gen.File) {
	up := 0
	for _, f := range files {
		up = max(up, strings.Count(filepath.ToSlash(f.Name)+"/", "../"))
	}
	if up == 0 {
		return
	}
	base := strings.TrimSuffix(strings.Repeat("../", up), "/")
	dir, err := filepath.Abs(base)
	if err != nil {
		return // then so has Generate
	}
	for i := range files {
		if name, err := filepath.Rel(dir, files[i].Path); err == nil {
			files[i].Name = name
		}
	}
	fmt.Fprintf(c.stderr, "offing: the paths are relative to %s; apply the diff with \"patch -p1 -d %s\"\n", base, base)
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
