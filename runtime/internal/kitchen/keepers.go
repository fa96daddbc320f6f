package kitchen

import (
	"encoding/json"
	"errors"
)

// A Keeper keeps the pointer that its ParseWire is called with, which no method
// should and nothing prevents.
type Keeper struct{ N uint8 }

// kept is what Keepers were called with.
var kept []*Keeper

// AppendWire appends all there is.
func (k Keeper) AppendWire(b []byte) ([]byte, error) { return append(b, k.N), nil }

// ParseWire reads what AppendWire appends.
func (k *Keeper) ParseWire(b []byte) error {
	if len(b) != 1 {
		return errKeeper
	}
	if k.N = b[0]; len(kept) < 1000 {
		kept = append(kept, k)
	}
	return nil
}

var errKeeper = errors.New("a keeper takes a byte")

// An Inner has a Keeper by value and leads to what has it by value: an Outer, which
// leads back to it before it is known what an Outer has.
type Inner struct {
	Out    *Outer
	Keeper Keeper
}

// An Outer has an Inner by value.
type Outer struct {
	Deep  [1]struct{ Inner Inner }
	Other int
}

// A Leaky decodes itself by reflection, so that it is never on a stack.
type Leaky struct{ A, B, C uint8 }

// AppendWire leaves out zeros.
func (l Leaky) AppendWire(b []byte) ([]byte, error) {
	if l == (Leaky{}) {
		return b, nil
	}
	type plain Leaky
	text, err := json.Marshal(plain(l))
	return append(b, text...), err
}

// ParseWire reads what AppendWire appends.
func (l *Leaky) ParseWire(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	type plain Leaky
	return json.Unmarshal(b, (*plain)(l))
}

// Leaks has many of those.
type Leaks struct {
	Many  []Leaky
	ByKey map[int16]Leaky
	Large [40]Leaky
}

// EchoInner returns v. It comes before EchoOuter, whose plan it needs.
//
//offing:task
func EchoInner(v Inner) Inner { return v }

// EchoOuter returns v.
//
//offing:task
func EchoOuter(v Outer) Outer { return v }

// EchoLeaks returns v.
//
//offing:task
func EchoLeaks(v Leaks) Leaks { return v }

// EchoDense returns v, whose entries take more in memory than any other for their
// bytes.
//
//offing:task
func EchoDense(v map[int16][3]Held) map[int16][3]Held { return v }
