package runtime

import "github.com/offing-go/offing/runtime/wire"

// Errors cross a process boundary as trees: a node is a byte that says which
// kind, its fields, and the nodes that it wraps.
const (
	nodeNil        byte = iota
	nodeSentinel        // one that is well known, by its position
	nodeRegistered      // a sentinel or a type, by its position
	nodeRemote
	nodeTimeout // a remote one
	nodeTask
	nodePanic
	nodeItem
	nodeMark
	nodePath
	nodeLink
	nodeSyscall
	nodeErrno
	nodeNum
	nodeSyntax
)

// What a nodeMark is. A node takes at least two bytes, so that a list of them
// cannot make a reader allocate many times its length.
const (
	markPermanent byte = iota
	markDiscard
)

// AppendError appends err, which may be nil. Sentinels and types that are well
// known or registered keep their identity, wrapping keeps its structure, anything
// else becomes a *[RemoteError], and so does a registered error whose codec
// fails. It never fails and never panics, whatever methods err has.
//
// It is for generated code and executors only.
func AppendError(b []byte, err error) []byte {
	if err == nil { // the outcome of most calls
		return append(b, nodeNil, 0)
	}
	b, failed := AppendErrorIn(b, err, wire.MaxDepth)
	if failed != nil {
		panic(failed) // in the codec of a registered error, and for the one who called that
	}
	return b
}

// AppendErrorIn is [AppendError] for the codec of a type that holds an error:
// depth is how many levels of values may still be inside each other, as codecs
// of recursive types count them. It fails only in the codec of a registered
// error, where too much is inside that; the codec must fail then, and AppendError
// makes a *RemoteError of the outermost registered one.
//
// It is for generated code only.
func AppendErrorIn(b []byte, err error, depth int) ([]byte, error) {
	if !isScratch(b) {
		w := errorWriter{nodes: maxErrorNodes, failures: maxFailures, limit: len(b) + maxErrorBytes}
		return w.node(b, err, wire.MaxErrorDepth-1, depth)
	}
	s := scratchOf(b)
	w := errorWriter{nodes: s.nodes, limit: s.limit, inside: true}
	b, failed := w.node(b, err, s.levels, depth)
	if failed == nil {
		s.nodes = w.nodes
		s.put(b)
	}
	return b, failed
}

// ReadError reads what [AppendError] appended. Failures are left in r.
//
// It is for generated code and executors only.
func ReadError(r *wire.Reader) error {
	if !r.EnterError() {
		return nil
	}
	err := readNode(r)
	r.LeaveError()
	return err
}
