package kitchen

// Words has a field of every predeclared type that is a word.
type Words struct {
	Bool       bool
	Int        int
	Int8       int8
	Int16      int16
	Int32      int32
	Int64      int64
	Uint       uint
	Uint8      uint8
	Uint16     uint16
	Uint32     uint32
	Uint64     uint64
	Uintptr    uintptr
	Float32    float32
	Float64    float64
	Complex64  complex64
	Complex128 complex128
	String     string
	Byte       byte
	Rune       rune
}

// Words with names.
type (
	Flag  bool
	Count int
	Level int16
	Octet uint8
	Size  uint64
	Ratio float32
	Score float64
	Phase complex64
	Name  string
	Blob  []byte
)

// Named has a field of every named word.
type Named struct {
	Flag  Flag
	Count Count
	Level Level
	Octet Octet
	Size  Size
	Ratio Ratio
	Score Score
	Phase Phase
	Name  Name
	Blob  Blob
}

// EchoString returns v.
//
//offing:task
func EchoString(v string) string { return v }

// EchoWords returns v.
//
//offing:task
func EchoWords(v Words) Words { return v }

// EchoNamed returns v.
//
//offing:task
func EchoNamed(v Named) Named { return v }
