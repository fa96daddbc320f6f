package kitchen

// Pointers has pointers to all sorts of things.
type Pointers struct {
	Int    *int
	Text   *string
	Twice  **int16
	Point  *Point
	List   *[]string
	Map    *map[string]int8
	Array  *[2]uint8
	Empty  *Empty
	Thrice ***bool
}

// A Page may have much behind a pointer.
type Page struct {
	Number int
	Cells  *[1000]uint64
}

// EchoPointers returns v.
//
//offing:task
func EchoPointers(v Pointers) Pointers { return v }

// EchoPage returns v.
//
//offing:task
func EchoPage(v Page) Page { return v }
