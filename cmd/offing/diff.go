package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/offing-go/offing/gen"
)

const aboutDiff = `Diff prints what generate would change as a unified diff, which patch -p1 applies,
and fails if there is something. With -json each file is an object with its diff.
`

// diff prints what generate would change.
func (c *command) diff() int {
	res, status := c.read(c.config())
	if res == nil {
		return status
	}
	var list []gen.File
	for _, f := range res.Files {
		if stateOf(f) == current || f.Remainder() {
			c.detail(f, current)
		} else {
			list = append(list, f)
		}
	}
	c.relocate(list)
	for _, f := range list {
		status = max(status, toMend, c.patch(f))
	}
	return status
}

// patch prints the diff of one file.
func (c *command) patch(f gen.File) int {
	if !c.json {
		return c.print(f.Diff())
	}
	object(c.stdout, struct {
		File  string `json:"file"`
		State state  `json:"state"`
		Diff  string `json:"diff"`
	}{f.Name, stateOf(f), f.Diff()})
	return fine
}

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
	if c.json {
		object(c.stderr, map[string]string{"relativeTo": base})
		return
	}
	fmt.Fprintf(c.stderr, "offing: the paths are relative to %s; apply the diff with \"patch -p1 -d %s\"\n", base, base)
}
