package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/offing-go/offing/gen"
)

const aboutList = `List prints a line for each task, each constructor of a state and each marked error,
in the order of the source: name, signature, position, fingerprint, where it can run,
and the memory that a call takes. With -v the text of what crosses to a worker process
follows below. With -json it is one array of objects, which have all of that and more.
What has a mistake is not listed, and the mistake is reported as by generate.
`

// list prints what there is, for people or for programs.
func (c *command) list() int {
	res, status := c.read(c.config())
	if res == nil {
		return status
	}
	text := table(res.Listings, c.more)
	if c.json {
		text = array(res.Listings)
	}
	return max(status, c.print(text))
}

// table returns a line for each listing, its columns aligned, and with shapes
// one more for its shape.
func table(list []gen.Listing, shapes bool) string {
	var aligned, out bytes.Buffer
	w := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	for _, l := range list {
		size := "-"
		if l.Size > 0 {
			size = fmt.Sprint(l.Size, " B")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n",
			l.Name, l.Signature, l.Pos, cmp.Or(l.Fingerprint, "-"), l.Place, size)
	}
	w.Flush() // to a buffer
	for line := range strings.Lines(aligned.String()) {
		out.WriteString(line)
		if shape := list[0].Shape; shapes && shape != "" {
			out.WriteString("\t" + shape + "\n")
		}
		list = list[1:]
	}
	return out.String()
}

// listed is a listing as a JSON object.
type listed struct {
	Kind        gen.Kind  `json:"kind"`
	Name        string    `json:"name"`
	ID          string    `json:"id"`
	Signature   string    `json:"signature"`
	File        string    `json:"file"`
	Line        int       `json:"line"`
	Column      int       `json:"column"`
	Fingerprint string    `json:"fingerprint,omitempty"`
	Place       gen.Place `json:"place"`
	Size        int       `json:"size,omitempty"`
	Shape       string    `json:"shape,omitempty"`
	Doc         string    `json:"doc,omitempty"`
	Timeout     string    `json:"timeout,omitempty"`
	Retries     int       `json:"retries,omitempty"`
}

// array returns a JSON array.
func array(list []gen.Listing) string {
	objects := []listed{} // not null
	for _, l := range list {
		objects = append(objects, listed{
			l.Kind, l.Name, l.ID, l.Signature, l.Pos.Filename, l.Pos.Line, l.Pos.Column,
			l.Fingerprint, l.Place, l.Size, l.Shape, l.Doc, duration(l.Timeout), l.Retries,
		})
	}
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // a channel is no markup
	e.SetIndent("", "\t")
	e.Encode(objects) // strings and numbers, to a builder
	return out.String()
}

func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
