package wire

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrInvalid is what every error of a [Reader] wraps.
var ErrInvalid = errors.New("invalid encoding")

// A Reader takes values from the front of a byte slice. Its error is sticky:
// after the first failure every method returns a zero value, so that a codec
// checks once, at its end, with [Reader.Finish]. A Reader never writes to the
// slice, and nothing that it returns shares memory with it: the slice may be
// reused as soon as decoding is over.
//
// A Reader belongs to one goroutine.
type Reader struct {
	b     []byte // what remains
	err   error  // the first failure; b is nil from then on
	depth int    // of values of recursive types that are being read
	spare int    // bytes that no count has claimed for its elements yet
}

// NewReader returns a Reader of b.
func NewReader(b []byte) Reader { return Reader{b: b, spare: len(b)} }

// Err returns the first failure, which wraps [ErrInvalid], or nil.
func (r *Reader) Err() error { return r.err }

// Len returns the number of bytes that remain.
func (r *Reader) Len() int { return len(r.b) }

// Finish returns the first failure; bytes that remain are one.
func (r *Reader) Finish() error {
	if r.err == nil && len(r.b) != 0 {
		r.Fail(fmt.Sprintf("%d bytes after the end", len(r.b)))
	}
	return r.err
}

// Fail records that what was read is not valid, unless a failure is recorded
// already. Codecs call it for values that no encoder writes.
func (r *Reader) Fail(problem string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrInvalid, problem)
	}
	r.b = nil
}

// zeros is what take lends after a failure: reading it gives zero values.
var zeros [16]byte

// take returns the next n bytes, n <= 16, or zeros after a failure. The result
// is read only.
func (r *Reader) take(n int) []byte {
	if len(r.b) < n {
		r.Fail(fmt.Sprintf("%d bytes wanted, %d left", n, len(r.b)))
		return zeros[:n]
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

// Bool reads a bool; a byte other than 0 and 1 is a failure.
func (r *Reader) Bool() bool {
	v := r.take(1)[0]
	if v > 1 {
		r.Fail(fmt.Sprintf("bool is %d", v))
		return false
	}
	return v == 1
}

// Int reads 8 bytes; a value that does not fit the machine's int is a failure.
func (r *Reader) Int() int {
	v := r.Int64()
	if int64(int(v)) != v {
		r.Fail(fmt.Sprintf("%d overflows int", v))
		return 0
	}
	return int(v)
}

// Int8 reads one byte.
func (r *Reader) Int8() int8 { return int8(r.take(1)[0]) }

// Int16 reads 2 bytes.
func (r *Reader) Int16() int16 { return int16(le.Uint16(r.take(2))) }

// Int32 reads 4 bytes.
func (r *Reader) Int32() int32 { return int32(le.Uint32(r.take(4))) }

// Int64 reads 8 bytes.
func (r *Reader) Int64() int64 { return int64(le.Uint64(r.take(8))) }

// Uint reads 8 bytes; a value that does not fit the machine's uint is a
// failure.
func (r *Reader) Uint() uint {
	v := r.Uint64()
	if uint64(uint(v)) != v {
		r.Fail(fmt.Sprintf("%d overflows uint", v))
		return 0
	}
	return uint(v)
}

// Uint8 reads one byte.
func (r *Reader) Uint8() uint8 { return r.take(1)[0] }

// Uint16 reads 2 bytes.
func (r *Reader) Uint16() uint16 { return le.Uint16(r.take(2)) }

// Uint32 reads 4 bytes.
func (r *Reader) Uint32() uint32 { return le.Uint32(r.take(4)) }

// Uint64 reads 8 bytes.
func (r *Reader) Uint64() uint64 { return le.Uint64(r.take(8)) }

// Uintptr reads 8 bytes; a value that does not fit is a failure.
func (r *Reader) Uintptr() uintptr { return uintptr(r.Uint()) }

// Float32 reads 4 bytes.
func (r *Reader) Float32() float32 { return math.Float32frombits(r.Uint32()) }

// Float64 reads 8 bytes.
func (r *Reader) Float64() float64 { return math.Float64frombits(r.Uint64()) }

// Complex64 reads a real and an imaginary part.
func (r *Reader) Complex64() complex64 {
	re := r.Float32()
	return complex(re, r.Float32())
}

// Complex128 reads a real and an imaginary part.
func (r *Reader) Complex128() complex128 {
	re := r.Float64()
	return complex(re, r.Float64())
}

// String reads a string, copied out of the input.
func (r *Reader) String() string { return string(r.block(r.length())) }

// Bytes reads a []byte, copied out of the input; nil and empty stay apart. The
// result has no room to grow, so that an append by its owner copies.
func (r *Reader) Bytes() []byte {
	n, present := r.Count(1)
	if !present {
		return nil
	}
	v := make([]byte, n)
	copy(v, r.block(n))
	return v
}

// length reads the 4 bytes before a string.
func (r *Reader) length() int {
	n := r.Uint32()
	if uint64(n) > uint64(len(r.b)) {
		r.Fail(fmt.Sprintf("length %d, %d bytes left", n, len(r.b)))
		return 0
	}
	return int(n)
}

// block returns the next n bytes of the input itself; n was checked.
func (r *Reader) block(n int) []byte {
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

// Count reads the length of a slice or map whose elements take at least
// minSize bytes each, minSize >= 1. It reports false for nil. A length that
// the rest of the input cannot hold is a failure, found before the caller
// allocates anything.
//
// What an element takes at least is its own and not that of elements inside it.
// So all counts together claim no byte twice, however values are nested, and one
// that would is a failure too: otherwise every level of a recursive type could
// ask for as much as the first.
func (r *Reader) Count(minSize int) (n int, present bool) {
	v := r.Uint32()
	if v == 0 {
		return 0, false
	}
	claim, left := uint64(v-1)*uint64(minSize), min(len(r.b), r.spare)
	if claim > uint64(left) {
		r.Fail(fmt.Sprintf("count %d of %d bytes each, %d bytes left", v-1, minSize, left))
		return 0, false
	}
	r.spare -= int(claim)
	return int(v - 1), true
}

// Present reads whether a pointer has a value behind it.
func (r *Reader) Present() bool { return r.Bool() }

// Empty reads the byte of a value without content.
func (r *Reader) Empty() {
	if v := r.take(1)[0]; v != 0 {
		r.Fail(fmt.Sprintf("empty value is %d", v))
	}
}

// Duration reads 8 bytes of nanoseconds.
func (r *Reader) Duration() time.Duration { return time.Duration(r.Int64()) }

// maxOffset bounds a zone's offset, seconds east of UTC: real ones stay within
// a day, and time.FixedZone takes anything.
const maxOffset = 48 * 60 * 60

// Time reads an instant and its zone: UTC, this machine's own zone, one of the
// zone database by its name, or else a fixed zone of that name and offset.
func (r *Reader) Time() time.Time {
	sec, nsec, offset, name := r.Int64(), r.Int32(), r.Int32(), r.String()
	switch {
	case r.err != nil:
		return time.Time{}
	case nsec < 0 || nsec >= 1e9:
		r.Fail(fmt.Sprintf("%d nanoseconds", nsec))
		return time.Time{}
	case offset < -maxOffset || offset > maxOffset:
		r.Fail(fmt.Sprintf("zone offset of %d seconds", offset))
		return time.Time{}
	}
	return inZone(time.Unix(sec, int64(nsec)), name, int(offset))
}

func inZone(t time.Time, name string, offset int) time.Time {
	switch {
	case name == "UTC" && offset == 0:
		return t.UTC()
	case name == "Local":
		return t.Local()
	}
	if zone := zoneNamed(name); zone != nil {
		if _, o := t.In(zone).Zone(); o == offset {
			return t.In(zone)
		}
	}
	return t.In(time.FixedZone(name, offset))
}

// zones remembers what the zone database has under a name, and what it has not:
// to look one up reads files, which thirty bytes of input must not cost every
// time (G12). What a hostile sender can make it hold is the database, once, and
// some names that are in none.
var zones struct {
	known  sync.Map     // string -> *time.Location, nil for a name that the database lacks
	misses atomic.Int32 // names that it lacks
}

// Bounds of names that are looked up: no zone is called longer, and what comes
// after so many that are none is not believed any more.
const (
	maxZoneName   = 64
	maxZoneMisses = 32
)

func zoneNamed(name string) *time.Location {
	if name == "" || name == "UTC" || len(name) > maxZoneName {
		return nil
	}
	if zone, known := zones.known.Load(name); known {
		return zone.(*time.Location)
	}
	if zones.misses.Load() >= maxZoneMisses {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zones.misses.Add(1)
		zone = nil
	}
	zones.known.Store(strings.Clone(name), zone)
	return zone
}
