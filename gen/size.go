package gen

import "github.com/offing-go/offing/templates"

// wordSizes are the bytes that a word takes at least.
var wordSizes = map[string]int{
	"Bool": 1, "Int8": 1, "Uint8": 1, "Int16": 2, "Uint16": 2, "Int32": 4, "Uint32": 4, "Float32": 4,
	"String": 4, "Bytes": 4, "Complex128": 16, "Time": 16,
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
	case templates.Slice, templates.Numbers, templates.Mapping, templates.Marshaled, templates.Appended:
		size = 4
	case templates.Array, templates.NumberArray:
		size = int(min(plan.Len, maxMinSize)) * minSize(plan.Elem)
	}
	return max(1, min(size, maxMinSize))
}
