package wire

import "fmt"

// Strings are copied out of the input many at a time: the copy that the first
// one makes goes on beyond its end, and those that follow are parts of it. A
// message of a thousand short strings then costs twenty allocations and not a
// thousand.
//
//	input   ..|len|Ada|len|Grace|1815|len|Mary|..        what remains: r.b
//	copied        |Ada|len|Grace|1815|l                  one allocation
//	               ^^^     ^^^^^                         two strings
//
// Two bounds keep that honest. A string keeps no more than maxCopied bytes alive
// besides its own. And a copy is at most twice as long as the one before, so that
// a message with one string in front of something else pays for little more than
// the string.
const (
	minCopied = 32
	maxCopied = 1024
)

// text takes a string of n bytes off the input.
func (r *Reader) text(n uint64) string {
	ahead := len(r.b) - r.after // bytes of copied that come next, if so many were copied
	switch {
	case n > uint64(len(r.b)):
		r.failLength(n)
		return ""
	case n == 0:
		return ""
	case ahead < int(n) || ahead > len(r.copied):
		return r.copyText(int(n))
	}
	r.b = r.b[n:]
	return r.copied[len(r.copied)-ahead:][:n]
}

// copyText is text for a string that is not copied yet.
func (r *Reader) copyText(n int) string {
	if n > maxCopied/4 {
		v := string(r.b[:n])
		r.b = r.b[n:]
		return v
	}
	r.chunk = min(max(2*r.chunk, minCopied), maxCopied)
	size := min(max(n, int(r.chunk)), len(r.b))
	r.copied, r.after = string(r.b[:size]), len(r.b)-size
	r.b = r.b[n:]
	return r.copied[:n]
}

//go:noinline
func (r *Reader) failLength(n uint64) {
	if r.err == nil {
		r.Fail(fmt.Sprintf("length %d, %d bytes left", n, len(r.b)))
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
	for i := range v {
		if v[i] = E(r.text(uint64(le.Uint32(lengths[4*i:])))); r.err != nil {
			return nil
		}
	}
	return v
}
