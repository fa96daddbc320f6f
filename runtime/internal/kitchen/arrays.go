package kitchen

// A UUID is an array of bytes.
type UUID [16]byte

// A Grid is an array of arrays.
type Grid [2][3]int16

// Arrays has arrays of all sorts, some of them without content.
type Arrays struct {
	ID     UUID
	Grid   Grid
	Points [2]Point
	Words  [2]string
	Refs   [3]*uint8
	Lists  [2][]int16
	Maps   [1]map[string]bool
	None   [0]string
	Nones  [2][0]int
	Hollow [3]struct{}
	Last   [2]bool
}

// EchoGrid returns v.
//
//offing:task
func EchoGrid(v Grid) Grid { return v }

// EchoUUIDs returns v.
//
//offing:task
func EchoUUIDs(v []UUID) []UUID { return v }

// EchoArrays returns v.
//
//offing:task
func EchoArrays(v Arrays) Arrays { return v }
