package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/token"
	"io"

	"github.com/offing-go/offing/gen"
)

// report prints diagnostics.
func (c *command) report(list []gen.Diagnostic) int {
	for _, d := range list {
		if c.json {
			object(c.stderr, reportedOf(d))
		} else {
			io.WriteString(c.stderr, c.look.diagnostic(d))
		}
	}
	if len(list) == 0 {
		return fine
	}
	if c.look.excerpt && !c.json {
		fmt.Fprintf(c.stderr, "For what a code means run \"offing explain %s\".\n", list[0].Code)
	}
	return toMend
}

// A reported is a diagnostic as a JSON object, for editors.
type reported struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Column  int      `json:"column"`
	Code    gen.Code `json:"code"`
	Task    string   `json:"task,omitempty"`
	Kind    gen.Kind `json:"kind,omitempty"` // of the former
	Message string   `json:"message"`
	Mark    *place   `json:"mark,omitempty"`  // a parameter or result
	Other   *place   `json:"other,omitempty"` // of a clash
}

// A place is a position as a JSON object.
type place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func reportedOf(d gen.Diagnostic) reported {
	return reported{
		d.Pos.Filename, d.Pos.Line, d.Pos.Column, d.Code, d.Task, d.Kind, d.Message, placeOf(d.Mark), placeOf(d.Other),
	}
}

func placeOf(pos token.Position) *place {
	if !pos.IsValid() {
		return nil
	}
	return &place{pos.Filename, pos.Line, pos.Column}
}

// object prints a JSON object on a line of its own.
func object(w io.Writer, v any) { fmt.Fprintf(w, "%s\n", compact(v)) }

// compact returns JSON in which a channel is no markup. All that we print is
// made of strings and numbers, so it cannot fail.
func compact(v any) []byte {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.Encode(v)
	return bytes.TrimSpace(text.Bytes())
}
