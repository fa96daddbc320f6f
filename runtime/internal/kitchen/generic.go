package kitchen

// A Pair has two type parameters.
type Pair[K comparable, V any] struct {
	Key   K
	value V
}

// A Box has something of any type.
type Box[T any] struct {
	In   T
	more []T
}

// A Node is generic and recursive.
type Node[T any] struct {
	Value T
	Next  *Node[T]
}

// Entries are generic without a struct.
type Entries[K comparable, V any] map[K]Pair[K, V]

// Labels is an instance with a name of its own.
type Labels Box[string]

// Instances has instances in all sorts of places.
type Instances struct {
	Boxed   Pair[[2]uint8, Box[map[string]bool]]
	Box     Box[Box[int8]]
	Pairs   Box[*Pair[Name, *Point]]
	Nodes   Node[Node[int16]]
	Entries Entries[Level, []string]
	Labels  Labels
}

// EchoPair returns v.
//
//offing:task
func EchoPair(v Pair[string, int32]) Pair[string, int32] { return v }

// EchoNode returns v.
//
//offing:task
func EchoNode(v *Node[string]) *Node[string] { return v }

// EchoInstances returns v.
//
//offing:task
func EchoInstances(v Instances) Instances { return v }
