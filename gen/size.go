package gen

import (
	"go/types"

	"github.com/offing-go/offing/templates"
)

// wordSizes are the bytes that a word takes at least.
var wordSizes = map[string]int{
	"Bool": 1, "Int8": 1, "Uint8": 1, "Int16": 2, "Uint16": 2, "Int32": 4, "Uint32": 4, "Float32": 4,
	"String": 4, "Bytes": 4, "Complex128": 16, "Time": 16,
}

// perByte is how many bytes of memory are allocated for one on the wire: less than
// the 16 of guarantee G12, since Go rounds up what it allocates.
const perByte = 12

// leastOf returns how many bytes a type that encodes itself takes at least, the 4 of
// the length included, however few its method writes. Three times what it takes in
// memory is paid for: methods that decode make another one as a rule, as url.Parse
// does, and where a method may keep the pointer that it is called with, there is one
// more.
func leastOf(t types.Type) int {
	return int(max(4, min((3*sizes.Sizeof(t)+perByte-1)/perByte, maxMinSize)))
}

// maxInSlot is the size above which Go's maps keep a key or an element elsewhere.
const maxInSlot = 128

// slotOf returns how many bytes an entry takes in the memory of a map itself.
func slotOf(m *types.Map) int {
	inside := func(t types.Type) types.Type {
		if sizes.Sizeof(t) > maxInSlot {
			return types.NewPointer(t)
		}
		return t
	}
	return int(sizes.Sizeof(structOf(inside(m.Key()), inside(m.Elem()))))
}

// maxMinSize keeps the product with a count of four bytes within 64 bits.
const maxMinSize = 1 << 30

// minSize returns how many bytes a value takes at least, and at least 1.
func minSize(plan *templates.Plan) int {
	size := 0
	switch plan.Kind {
	case templates.Word:
		size = 8
		if n, ok := wordSizes[plan.Word]; ok {
			size = n
		}
	case templates.Named, templates.Fields:
		n := 0
		for _, f := range plan.Fields {
			if f.Plan.Kind != templates.Empty { // which takes no place in a struct
				n = min(n+minSize(f.Plan), maxMinSize)
			}
		}
		size = max(n, plan.Least)
	case templates.Slice, templates.Numbers, templates.Mapping:
		size = 4
	case templates.Marshaled, templates.Appended:
		size = plan.Least
	case templates.Union, templates.ErrorValue:
		size = 2
	case templates.Array, templates.NumberArray:
		size = int(min(plan.Len, maxMinSize)) * minSize(plan.Elem)
	}
	return max(1, min(size, maxMinSize))
}
