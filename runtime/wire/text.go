package wire

import (
	"fmt"
	"unsafe"
)

// Strings are copied out of the input into a room that they share, one behind the
// other. A message of a thousand short strings then costs twenty allocations and not
// a thousand, and twenty small messages that one Reader reads cost one or two.
//
//	input   ..|len|Ada|len|Grace|1815|len|Mary|..
//	room    |Ada|Grace|Mary|                      |      one allocation
//
// What is in the room is never written again, so a string may be a part of it. Two
// bounds keep that honest. A string keeps no more than maxRoom bytes alive besides
// its own. And a room is at most twice as long as the one before, and no longer than
// what is left of a message or, as others will follow, than minRoom: so that one with
// a string in front of something else pays for little more than the string.
const (
	firstRoom = 32
	minRoom   = 256
	maxRoom   = 1024
)

// text takes a string of n bytes off the input.
func (r *Reader) text(n uint64) string {
	switch {
	case n > uint64(len(r.b)-r.at):
		r.failLength(n)
		return ""
	case n == 0:
		return ""
	case n > uint64(cap(r.room)-len(r.room)) && !r.makeRoom(int(n)):
		return longText(r.block(int(n)))
	}
	start := len(r.room)
	r.room = r.room[:start+int(n)]
	copy(r.room[start:], r.block(int(n)))
	return unsafe.String(&r.room[start], n)
}

// longText returns b, which is not empty, as a string of its own.
func longText(b []byte) string {
	if len(b) <= stretch {
		return string(b)
	}
	return unsafe.String(unsafe.SliceData(clone(b)), len(b))
}

// textMemory returns the memory of v, which must not be written.
func textMemory(v string) []byte { return unsafe.Slice(unsafe.StringData(v), len(v)) }

// makeRoom makes room for a string of n bytes and more, unless it is so long that it
// should be on its own.
func (r *Reader) makeRoom(n int) bool {
	if n > maxRoom/4 {
		return false
	}
	size := max(n, min(2*int(r.chunk), max(r.Len(), minRoom), maxRoom), firstRoom)
	r.room, r.chunk = make([]byte, 0, size), int32(size)
	return true
}

//go:noinline
func (r *Reader) failLength(n uint64) {
	if r.err == nil {
		r.Fail(fmt.Sprintf("length %d, %d bytes left", n, r.Len()))
	}
}

// AppendStrings appends v as a slice: all lengths, then all bytes.
func AppendStrings[S ~[]E, E ~string](b []byte, v S) []byte {
	total := 0
	for _, e := range v {
		total += len(e)
	}
	b = AppendCount(Reserve(b, 4+4*len(v)+total), len(v), v == nil)
	for _, e := range v {
		b = le.AppendUint32(b, uint32(len(e)))
	}
	if total > stretch { // to ask for each of short ones costs a tenth
		for _, e := range v {
			b = Extend(b, textMemory(string(e)))
		}
		return b
	}
	for _, e := range v {
		b = append(b, e...)
	}
	return b
}

// ReadStrings reads what [AppendStrings] appended.
func ReadStrings[S ~[]E, E ~string](r *Reader) S {
	n, present := r.Count(4)
	if !present {
		return nil
	}
	lengths := r.block(4 * n)
	v := make(S, n)
	for rest := v; len(rest) > 0 && r.err == nil; {
		i := together(r, rest, lengths)
		rest, lengths = rest[i:], lengths[4*i:]
	}
	if r.err != nil {
		return nil
	}
	return v
}

// together reads the first strings of v, as many as may share memory, by one copy,
// and returns how many.
func together[E ~string](r *Reader, v []E, lengths []byte) int {
	size, n := uint64(le.Uint32(lengths)), 1
	for ; n < len(v); n++ {
		more := uint64(le.Uint32(lengths[4*n:]))
		if size+more > maxRoom {
			break
		}
		size += more
	}
	all := r.text(size)
	for i := range v[:n] {
		length := min(uint64(le.Uint32(lengths[4*i:])), uint64(len(all))) // fewer after a failure
		v[i], all = E(all[:length]), all[length:]
	}
	return n
}
