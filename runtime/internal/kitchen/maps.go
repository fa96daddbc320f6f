package kitchen

import "time"

// A Place is a struct that is a key.
type Place struct {
	Row int8
	col string
	id  [2]uint8
}

// An Index is a map with a name.
type Index map[Name][]Level

// Maps has maps to all sorts of values.
type Maps struct {
	Points map[string]Point
	Lists  map[int][]string
	Nested map[string]map[int8]string
	Small  map[uint8]*int
	Refs   map[uint16]*Point
	Set    map[string]struct{}
	Bytes  map[uint8]uint8
	Loops  map[bool]map[bool]bool
	Counts map[Name]*map[int8]Count
	Arrays map[uint32][2]bool
}

// Keys has maps with all sorts of keys.
type Keys struct {
	Places  map[Place]string
	IDs     map[UUID]int16
	Flags   map[Flag]string
	Floats  map[float64]int8
	Ratios  map[Ratio]string
	Phases  map[complex64]bool
	Pairs   map[[2]Name]Level
	Empties map[Empty]int8
	Bytes   map[int8]struct{}
	Delays  map[time.Duration]Empty
	Literal map[struct{ A, b int8 }][2]bool
}

// EchoIndex returns v.
//
//offing:task
func EchoIndex(v Index) Index { return v }

// EchoMaps returns v.
//
//offing:task
func EchoMaps(v Maps) Maps { return v }

// EchoKeys returns v.
//
//offing:task
func EchoKeys(v Keys) Keys { return v }
