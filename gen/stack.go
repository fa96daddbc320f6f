package gen

import (
	"go/types"

	"github.com/offing-go/offing/templates"
)

// maxOnStack is the size above which the compiler moves a variable to the heap.
const maxOnStack = 128 << 10

// onStack returns how many bytes of stack a variable takes.
func onStack(t types.Type) int64 {
	if size := sizes.Sizeof(t); size >= 0 && size <= maxOnStack {
		return size
	}
	return 0
}

// stackOfLevel is how many bytes of variables one of the 10,000 levels of a recursive value
// may take. With copies that the compiler makes it is twice as much, and 80 megabytes for
// them all: Go ends a program that needs more than 250 where pointers have four bytes, by
// an error that nothing recovers from, and a stack doubles when it grows.
const stackOfLevel = 4 << 10

// maxLevels keeps a few levels for values of any type.
const maxLevels = 1000

// levels returns as how many levels a value counts whose codec is made for this.
func levels(form *templates.Plan, fields []templates.FieldPlan) int {
	return int(min(1+(stackOf(form)+stackOfFields(fields))/stackOfLevel, maxLevels))
}

func stackOfFields(fields []templates.FieldPlan) (bytes int64) {
	for _, f := range fields {
		bytes += stackOf(f.Plan)
	}
	return bytes
}

// stackOf returns how many bytes the variables take that the code for a plan declares.
// What counts its levels by itself has them in functions of its own. Those of other codecs
// do not matter, as no more than one of them is on the stack, but they may be part of what
// is around them.
func stackOf(p *templates.Plan) int64 {
	if p == nil || p.Kind == templates.Named && p.Deep {
		return 0
	}
	bytes := p.Stack + stackOf(p.Key) + stackOf(p.Elem) + stackOfFields(p.Fields)
	for _, m := range p.Members {
		bytes += stackOf(m)
	}
	return bytes
}
