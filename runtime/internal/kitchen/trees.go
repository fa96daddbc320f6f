package kitchen

// A List is recursive by a pointer.
type List struct {
	Value int16
	Next  *List
}

// A Tree is recursive twice.
type Tree struct {
	Left  *Tree
	Label string
	Right *Tree
}

// A Rose is recursive by a slice of itself, and by a map.
type Rose struct {
	Petals []Rose
	thorns map[string]Rose
	Color  uint8
}

// Nested is recursive without a struct, by a slice.
type Nested []Nested

// A Directory is recursive without a struct, by a map.
type Directory map[string]Directory

// A Menu is recursive by a map of slices.
type Menu map[Name][]Menu

// A Loop is nothing but a pointer.
type Loop *Loop

// A Chain is recursive by an array.
type Chain struct {
	Links [2]*Chain
	Last  bool
}

// A Fan is recursive without a struct, by an array.
type Fan [3]*Fan

// A Locker is recursive by an array, and what is in it keeps the pointer that it is
// decoded by.
type Locker [2]struct {
	Keeper Keeper
	Next   *Locker
}

// A Person leads to a Team.
type Person struct {
	Name string
	Team *Team
}

// A Team leads to every Person of it.
type Team struct {
	lead    *Person
	Members []Person
	ByName  map[string]*Person
}

// A Grove has trees of all sorts.
type Grove struct {
	Tree  *Tree
	Rose  Rose
	Menu  Menu
	Loop  Loop
	Chain *Chain
	Lead  Person
}

// EchoList returns v.
//
//offing:task
func EchoList(v List) List { return v }

// EchoNested returns v.
//
//offing:task
func EchoNested(v Nested) Nested { return v }

// EchoDirectory returns v.
//
//offing:task
func EchoDirectory(v Directory) Directory { return v }

// EchoGrove returns v.
//
//offing:task
func EchoGrove(v Grove) Grove { return v }

// EchoFan returns v.
//
//offing:task
func EchoFan(v Fan) Fan { return v }

// EchoLocker returns v.
//
//offing:task
func EchoLocker(v Locker) Locker { return v }

// EchoTeam returns v.
//
//offing:task
func EchoTeam(v *Team) *Team { return v }
