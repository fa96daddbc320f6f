package kitchen

import "image"

// A Point is a struct of a few words.
type Point struct{ X, Y int32 }

// Discreet has no exported field.
type Discreet struct {
	on    bool
	name  string
	point Point
	inner discreet
}

type discreet struct {
	level Level
	notes []string
}

// Embedding has fields that are embedded: by value, by pointer, of another
// package, of an unexported type, and without content.
type Embedding struct {
	Point
	*Discreet
	*image.Rectangle
	discreet
	Empty
	Own string
}

// Anonymous has types without names.
type Anonymous struct {
	At   struct{ X, Y int16 }
	Many []struct {
		Text string
		inn  struct{ ok bool }
	}
	Maybe *struct{ N uint8 }
	None  struct{}
}

// Empty has no content.
type Empty struct{}

// Marked has a blank field, which is not encoded.
type Marked struct {
	_ struct{}
	X uint16
}

// Hollow has nothing but what is empty.
type Hollow struct {
	Empty Empty
	none  [2][0]int
}

// Mixed has words of all widths among what has no fixed width.
type Mixed struct {
	A uint8
	B float64
	S string
	C bool
	D int16
	T []string
	E uint64
	P Point
	F *uint32
	G bool
	H [3]uint8
	U Name
	I int32
}

// Fixed has nothing but words, some of them deep inside.
type Fixed struct {
	A   bool
	P   [2]Point
	B   uint16
	In  struct{ X, y int8 }
	ID  UUID
	C   complex64
	One [1][2]Marked
}

// EchoPoint returns v.
//
//offing:task
func EchoPoint(v Point) Point { return v }

// EchoDiscreet returns v.
//
//offing:task
func EchoDiscreet(v Discreet) Discreet { return v }

// EchoEmbedding returns v.
//
//offing:task
func EchoEmbedding(v Embedding) Embedding { return v }

// EchoAnonymous returns v.
//
//offing:task
func EchoAnonymous(v Anonymous) Anonymous { return v }

// EchoEmpty returns v.
//
//offing:task
func EchoEmpty(v Empty) Empty { return v }

// EchoMixed returns v.
//
//offing:task
func EchoMixed(v Mixed) Mixed { return v }

// EchoFixed returns v.
//
//offing:task
func EchoFixed(v Fixed) Fixed { return v }
