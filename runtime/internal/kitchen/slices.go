package kitchen

// Lines is a slice with a name, of structs.
type Lines []Line

// A Line is short.
type Line struct {
	Number uint32
	Text   string
	marks  []bool
}

// Slices has slices of what is no number.
type Slices struct {
	Strings []string
	Names   []Name
	Blocks  [][]byte
	Points  []Point
	Refs    []*Point
	Small   []*uint8
	Ints    [][]int
	Deep    [][][]string
	Maps    []map[string]string
	Arrays  [][2]bool
}

// Hollows has slices of what is empty.
type Hollows struct {
	Literal []struct{}
	Empties []Empty
	Nones   [][0]int
	Hollows []Hollow
	Refs    []*Empty
}

// EchoHollows returns v.
//
//offing:task
func EchoHollows(v Hollows) Hollows { return v }

// EchoLines returns v.
//
//offing:task
func EchoLines(v Lines) Lines { return v }

// EchoSlices returns v.
//
//offing:task
func EchoSlices(v Slices) Slices { return v }
