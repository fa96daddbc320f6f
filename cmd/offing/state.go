package main

import (
	"fmt"
	"io"

	"github.com/offing-go/offing/gen"
)

// A state is what a generated file is, or has become.
type state string

const (
	missing  state = "missing"
	stale    state = "stale"
	leftOver state = "left over"
	current  state = "current"
	written  state = "written"
	removed  state = "removed"
	exists   state = "exists" // and is not ours to write
)

// stateOf returns what a file is before anything is done.
func stateOf(f gen.File) state {
	switch {
	case !f.Stale():
		return current
	case f.Old == nil:
		return missing
	case f.New == nil:
		return leftOver
	}
	return stale
}

// becomes returns what generate makes of a file that is not current.
func becomes(f gen.File) state {
	if f.New == nil {
		return removed
	}
	return written
}

// words says what a state is to people.
func (s state) words() string {
	switch s {
	case leftOver:
		return "left over, there are no tasks any more"
	case exists:
		return "exists, and stays as it is"
	}
	return string(s)
}

// remedy says what to do about a file that is not current.
func (c *command) remedy(f gen.File, s state) string {
	switch {
	case s != missing && s != stale && s != leftOver:
		return ""
	case c.verb.name == "check":
		return `; run "go generate"`
	}
	return "; would be " + string(becomes(f))
}

// mention prints the state of a generated file.
func (c *command) mention(w io.Writer, f gen.File, s state) {
	c.tell(w, f.Name, s, s.words()+c.remedy(f, s))
}

// tell prints the state of a file, in words for people.
func (c *command) tell(w io.Writer, name string, s state, words string) {
	if !c.json {
		fmt.Fprintf(w, "%s: %s\n", name, words)
		return
	}
	object(w, struct {
		File  string `json:"file"`
		State state  `json:"state"`
	}{name, s})
}
