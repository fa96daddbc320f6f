package runtime

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"

	"github.com/offing-go/offing/runtime/wire"
)

// Limits of one error, beside that of its depth. An error that leads back to
// itself ends by the depth, one that branches on its way by the nodes, and one
// whose branches share what is big by the bytes.
const (
	maxErrorNodes = 1024     // errors that are written with what is inside them
	maxErrorBytes = 16 << 20 // after which nothing is written inside anything
	maxFailures   = 8        // registered codecs that fail before no more are tried
)

// An errorWriter writes one error, or what a registered codec has inside it.
//
// Where a limit is reached, an error becomes a RemoteError with nothing inside.
// Inside a registered codec it is a failure instead, which ends every codec
// around it, up to the outermost: that one becomes a RemoteError, with what it
// unwraps to as usual. If each codec were mended in its place, one that fails
// after its two fields would write them twice as often at each level.
type errorWriter struct {
	nodes    int  // errors that may still be written with what is inside them
	failures int  // registered codecs that may still fail
	limit    int  // of len(b)
	inside   bool // b is a scratch
}

// node appends err, in which levels errors may be inside each other, and depth
// values.
func (w *errorWriter) node(b []byte, err error, levels, depth int) ([]byte, error) {
	if err == nil {
		return append(b, nodeNil, 0), nil
	}
	if i := wellKnownIndex(err); i >= 0 {
		return append(b, nodeSentinel, byte(i)), nil
	}
	table := registeredErrors()
	if i := table.sentinel(err); i >= 0 {
		return wire.AppendUint16(append(b, nodeRegistered), uint16(i)), nil
	}
	w.nodes--
	if levels <= 0 || depth <= 0 || w.nodes < 0 || len(b) > w.limit {
		return w.bare(b, err)
	}
	if out, inner, form := appendKnown(b, err); form == leaf {
		return out, nil
	} else if form == wrapping {
		return w.node(out, inner, levels-1, depth-1)
	}
	if i := table.holding(err); i >= 0 {
		out, failed := w.registered(b, i, err, levels-1, depth-1)
		if failed == nil || w.inside {
			return out, failed
		}
	}
	return w.remote(b, err, levels-1, depth-1)
}

// bare appends err with nothing inside.
func (w *errorWriter) bare(b []byte, err error) ([]byte, error) {
	if w.inside {
		return b, wire.ErrDepth
	}
	b, _ = appendRemote(b, err)
	return wire.AppendCount(b, 0, false), nil
}

// remote appends err as a RemoteError with what it wraps.
func (w *errorWriter) remote(b []byte, err error, levels, depth int) (_ []byte, failed error) {
	b, wrapped := appendRemote(b, err)
	at, n := len(b), 0
	b = wire.AppendCount(b, 0, false)
	for _, inner := range wrapped {
		if inner == nil {
			continue // errors.Is and errors.As pass over it too
		}
		if len(b) > w.limit && !w.inside {
			break
		}
		if b, failed = w.node(b, inner, levels, depth); failed != nil {
			return b, failed
		}
		n++
	}
	wire.AppendCount(b[:at], n, false) // in the place of the 0
	return b, nil
}

// registered appends err by the codec at position i of the table.
func (w *errorWriter) registered(b []byte, i int, err error, levels, depth int) ([]byte, error) {
	e := registeredErrors()[i]
	if w.inside {
		b = wire.AppendUint16(append(b, nodeRegistered), uint16(i))
		scratch{w.nodes, levels, w.limit}.put(b)
		out, failed := e.append(b, err, depth)
		return w.took(len(b), out, failed)
	}
	if w.failures == 0 {
		return b, wire.ErrDepth
	}
	s := scratch{w.nodes, levels, w.limit - len(b)}
	out, failed := e.try(s.put(make([]byte, scratchSize, 8*scratchSize)), err, depth)
	if out, failed = w.took(scratchSize, out, failed); failed != nil {
		w.failures--
		return b, failed
	}
	b = wire.AppendUint16(append(b, nodeRegistered), uint16(i))
	return append(b, out[scratchSize:]...), nil
}

// took takes the nodes that a codec used off the books. The codec was given a
// scratch of n bytes.
func (w *errorWriter) took(n int, out []byte, failed error) ([]byte, error) {
	if failed == nil && (len(out) < n || !isScratch(out)) {
		failed = errShortened
	}
	if failed == nil {
		w.nodes = scratchOf(out).nodes
	}
	return out, failed
}

var errShortened = errors.New("a codec returned less than it was given")

// A scratch is what [AppendErrorIn] must know inside a registered codec. All
// that such a codec hands on is bytes and a depth, and the codec of a type does
// not know whether it is called for a field of an error or for an argument. So
// the outermost registered error is written into bytes of its own that begin
// with this, after a mark that no other bytes begin with.
type scratch struct {
	nodes  int // errors that may still be written with what is inside them
	levels int // of errors that may be inside each other here
	limit  int // of the length
}

const scratchSize = 16 + 3*8

// scratchMark is random: what users encode must not look like it.
var scratchMark = newMark()

// isScratch reports whether b begins with the mark.
func isScratch(b []byte) bool {
	return len(b) >= scratchSize && [16]byte(b) == scratchMark
}

// scratchOf reads what put has written.
func scratchOf(b []byte) scratch {
	le := binary.LittleEndian
	return scratch{int(le.Uint64(b[16:])), int(le.Uint64(b[24:])), int(le.Uint64(b[32:]))}
}

// put writes s at the beginning of b.
func (s scratch) put(b []byte) []byte {
	le := binary.LittleEndian
	copy(b, scratchMark[:])
	le.PutUint64(b[16:], uint64(s.nodes))
	le.PutUint64(b[24:], uint64(s.levels))
	le.PutUint64(b[32:], uint64(s.limit))
	return b
}

func newMark() (mark [16]byte) {
	binary.LittleEndian.PutUint64(mark[:], rand.Uint64())
	binary.LittleEndian.PutUint64(mark[8:], rand.Uint64())
	return mark
}
