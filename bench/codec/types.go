package codec

import "time"

//go:generate go tool msgp -file types.go -o msgp_gen.go -tests=false -io=false -unexported

// A Person is the struct of github.com/alecthomas/go_serialization_benchmarks,
// which most serialization libraries for Go publish figures of.
type Person struct {
	Name     string
	BirthDay time.Time
	Phone    string
	Siblings int
	Spouse   bool
	Money    float64
}

// A Small is a struct without anything of variable size.
type Small struct {
	A, B, C int
	D       bool
}

// An Order is a struct with structs and slices of them inside.
type Order struct {
	ID       int64
	Customer string
	Ship     Address
	Bill     Address
	Lines    []Line
	Tags     []string
	Paid     bool
}

// An Address is a part of an Order.
type Address struct {
	Street, City, Country string
	Zip                   int
}

// A Line is a part of an Order.
type Line struct {
	Article string
	Count   int
	Price   float64
}

// msgp generates methods, so what has no name needs one for it.
type (
	msgpFloats  []float64
	msgpStrings []string
	msgpCounts  map[string]int
)
