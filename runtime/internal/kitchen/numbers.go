package kitchen

import "time"

// Numbers has a slice of every type of number, which are one block of memory.
type Numbers struct {
	Ints       []int
	Int8s      []int8
	Int16s     []int16
	Int32s     []int32
	Int64s     []int64
	Uints      []uint
	Bytes      []byte
	Uint16s    []uint16
	Uint32s    []uint32
	Uint64s    []uint64
	Uintptrs   []uintptr
	Float32s   []float32
	Float64s   []float64
	Complex64s []complex64
	Complexes  []complex128
}

// NamedNumbers has slices of numbers that have names.
type NamedNumbers struct {
	Counts    []Count
	Levels    []Level
	octets    []Octet
	Sizes     []Size
	ratios    []Ratio
	Scores    []Score
	phases    []Phase
	Flags     []Flag
	Blobs     []Blob
	Durations []time.Duration
}

// Series is a slice of numbers with a name.
type Series []Score

// EchoInt returns v.
//
//offing:task
func EchoInt(v int) int { return v }

// EchoBytes returns v.
//
//offing:task
func EchoBytes(v []byte) []byte { return v }

// EchoSeries returns v.
//
//offing:task
func EchoSeries(v Series) Series { return v }

// EchoNumbers returns v.
//
//offing:task
func EchoNumbers(v Numbers) Numbers { return v }

// EchoNamedNumbers returns v.
//
//offing:task
func EchoNamedNumbers(v NamedNumbers) NamedNumbers { return v }
