package gen

import (
	"strconv"

	"github.com/offing-go/offing/templates"
)

// layoutVersion stands in the shapes of tasks and errors from 2 on: programs whose
// generators lay structs out differently must not take each other for equal. It
// goes up whenever what is below, or anything else of the encoding, changes after the
// first release.
const layoutVersion = 1

// layoutMark is what it adds to a shape.
func layoutMark() string {
	if layoutVersion == 1 {
		return ""
	}
	return "; layout " + strconv.Itoa(layoutVersion)
}

// Bounds of layouts. A block may be as long as package wire lends zeros for. A
// struct inside a struct becomes part of it only if it is small, and arrays of
// numbers likewise, since a function that does it all is no longer read.
const (
	maxBlock  = 256
	maxInline = 8
	maxArray  = 64
)

// layoutOf lays out the fields of a struct. What is of fixed width goes into the
// block; of strings, byte slices and times that is their beginning. A block for
// one value would be no gain.
func layoutOf(fields []templates.FieldPlan) *templates.Layout {
	l := &templates.Layout{Places: places(nil, fields)}
	inBlock := 0
	for i := range l.Places {
		place := &l.Places[i]
		size := minSize(place.Plan)
		if place.At = -1; !hasHead(place.Plan) || l.Size+size > maxBlock {
			continue
		}
		place.At = l.Size
		l.Size += size
		inBlock++
	}
	if inBlock < 2 {
		l.Size = 0
		for i := range l.Places {
			l.Places[i].At = -1
		}
	}
	return l
}

// places lists fields and, in their place, those of small structs among them.
// Fields without content take no place: what is around them has some.
func places(path []string, fields []templates.FieldPlan) (list []templates.Place) {
	for _, f := range fields {
		at := append(path[:len(path):len(path)], f.Name)
		switch {
		case f.Plan.Kind == templates.Empty:
		case inlined(f.Plan):
			list = append(list, places(at, f.Plan.Fields)...)
		default:
			list = append(list, templates.Place{Path: at, Plan: f.Plan})
		}
	}
	return list
}

// inlined reports whether a field of this plan is encoded as part of the struct
// that has it.
func inlined(p *templates.Plan) bool {
	switch p.Kind {
	case templates.Fields:
		return true
	case templates.Named:
		return len(p.Fields) > 0 && !p.Deep && len(places(nil, p.Fields)) <= maxInline
	}
	return false
}

// hasHead reports whether a value, or its beginning, is of fixed width.
func hasHead(p *templates.Plan) bool {
	return p.Kind == templates.Word || p.Kind == templates.NumberArray && minSize(p) <= maxArray
}
