// Package frame is the form in which calls and their outcomes travel between a
// pool and its worker processes.
//
// A frame is a header of fixed size and a payload. What the transport needs
// (which call, which task, how long it may take) is in the header, so that
// neither side decodes a payload that it does not care about.
//
//	 0  4 bytes  length of the payload
//	 4  1 byte   kind
//	 5  1 byte   flags
//	 6  2 bytes  zero; kept for the length of a trace context before the payload
//	 8  8 bytes  id of the call, of a row that of the first one, from 1, growing; 0 in a hello
//	16  4 bytes  task: its position in runtime.Tasks
//	20  4 bytes  retries that the call has used
//	24  8 bytes  time in nanoseconds: of a call, that remains until the deadline; of outcomes of
//	             a batch, since the first of its items began. 0 for none
//
// All little endian. Everything that a reader does not know is an error: the
// two ends are equal programs, so there is nothing to be lenient about.
package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// HeaderSize is the number of bytes before the payload.
const HeaderSize = 32

// DefaultLimit is how long a payload may be unless configured otherwise.
const DefaultLimit = 1 << 30

// ErrInvalid is what the error of a frame that no sender writes wraps.
var ErrInvalid = errors.New("invalid frame")

// ErrTooLong is what the error of a frame over the limit wraps.
var ErrTooLong = errors.New("frame over the limit")

// A Kind says what a frame is.
type Kind uint8

// The kinds, and who sends them where.
const (
	Hello    Kind = 1 + iota // worker: the first frame; who it is
	Call                     // pool: run a task on the payload
	Cancel                   // pool, on the control pipe: end the context of a call
	Outcome                  // worker: what a Handler appended; of a batch, for some items in a row
	Failure                  // worker: an encoded error, in place of an outcome
	End                      // worker: no more outcomes of a batch
	Skipped                  // worker: the call was withdrawn, and did not begin
	Calls                    // pool: several calls of a task, a row; see CheckRow
	Outcomes                 // worker: outcomes of several calls, a row, after which nothing more comes for them
)

// Flags refine a kind.
type Flags uint8

// The flags.
const (
	Last       Flags = 1 << iota // nothing more comes for this call
	Batch                        // the call is a batch
	NotStarted                   // the failure came before the task began
	Shared                       // the payload is a [Block] in shared memory, and the frame is there
	Direct                       // of a call: the reply is to go to the one who waits for it, on a pipe of its own
	Leaving                      // of a last reply: the worker begins no other call
	Awake                        // of a direct call: its caller waits awake, and may have another soon
)

// A Header is what is known of a frame before its payload.
type Header struct {
	Kind  Kind
	Flags Flags
	Task  uint32
	Tries uint32 // retries used
	ID    uint64
	Time  time.Duration // that remains until the deadline, or since the items began; 0 for none
}

// Has reports whether all of flags are set.
func (h Header) Has(flags Flags) bool { return h.Flags&flags == flags }

// Begin appends room for a header to b. The payload is appended to the result,
// and [Finish] then makes it a frame.
func Begin(b []byte) []byte { return append(b, make([]byte, HeaderSize)...) }

// Finish writes h and the payload's length into the room that [Begin] left at
// the start of b. A payload longer than limit is an error.
func Finish(b []byte, h Header, limit int) error {
	n := len(b) - HeaderSize
	if err := CheckLength(n, limit); err != nil {
		return err
	}
	Put(b, h, n)
	return nil
}

// CheckLength returns an error for a payload of n bytes that is longer than limit.
func CheckLength(n, limit int) error {
	if n > limit || uint64(n) > 1<<32-1 {
		return fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrTooLong, n, limit)
	}
	return nil
}

// Put writes h into the HeaderSize bytes at the start of b, for a payload of n bytes,
// which the caller has compared with the limit.
func Put(b []byte, h Header, n int) {
	le := binary.LittleEndian
	le.PutUint32(b, uint32(n))
	b[4], b[5], b[6], b[7] = byte(h.Kind), byte(h.Flags), 0, 0
	le.PutUint64(b[8:], h.ID)
	le.PutUint32(b[16:], h.Task)
	le.PutUint32(b[20:], h.Tries)
	le.PutUint64(b[24:], uint64(h.Time))
}

// Lengthen changes the header at the start of b to one for a payload of n bytes: outcomes
// of a batch that began so long ago, or of a row, with no time.
func Lengthen(b []byte, n int, took time.Duration) {
	binary.LittleEndian.PutUint32(b, uint32(n))
	binary.LittleEndian.PutUint64(b[24:], uint64(took))
}

// parse reads a header from the HeaderSize bytes b.
func parse(b []byte) (h Header, length uint32, err error) {
	le := binary.LittleEndian
	h = Header{
		Kind:  Kind(b[4]),
		Flags: Flags(b[5]),
		ID:    le.Uint64(b[8:]),
		Task:  le.Uint32(b[16:]),
		Tries: le.Uint32(b[20:]),
		Time:  time.Duration(le.Uint64(b[24:])),
	}
	switch {
	case h.Kind < Hello || h.Kind > Outcomes:
		err = fmt.Errorf("%w: kind %d", ErrInvalid, h.Kind)
	case h.Flags&^(Last|Batch|NotStarted|Shared|Direct|Leaving|Awake) != 0:
		err = fmt.Errorf("%w: flags %#x", ErrInvalid, uint8(h.Flags))
	case le.Uint16(b[6:]) != 0:
		err = fmt.Errorf("%w: reserved bytes are not zero", ErrInvalid)
	case h.Time < 0:
		err = fmt.Errorf("%w: time %d", ErrInvalid, h.Time)
	}
	return h, le.Uint32(b), err
}
