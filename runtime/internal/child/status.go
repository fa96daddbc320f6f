package child

import (
	"encoding/binary"
	"math"
	"os"
	"sync/atomic"
)

// A Status is two words in a file that the worker maps: the id of the last call
// that it started, and how many retries of that it has begun. The pool reads it
// when the worker is dead, and so knows whether a call that was on its way began.
// That a call was read says nothing: the kernel completes a read for a process
// that is already being killed.
//
// The pool reads the file and does not map it: a worker that shortens the file
// would otherwise end the pool's process.
type Status struct{ words *[2]atomic.Uint64 }

// statusSize is the size of the file.
const statusSize = 16

// started notes that call id begins, which has used so many retries.
func (s Status) started(id uint64, tries uint32) {
	if s.words != nil {
		s.words[1].Store(uint64(tries)) // first: it belongs to the id that the pool will find
		s.words[0].Store(id)
	}
}

// retried notes that another retry of the call begins.
func (s Status) retried(used int) {
	if s.words != nil {
		s.words[1].Store(uint64(used))
	}
}

// NewStatus makes the file, or returns nil where there is none.
func NewStatus() *os.File { return newStatus() }

// LastStarted returns the id of the last call that a dead worker started and the
// retries that it had used, and false if there is no way to know.
func LastStarted(f *os.File) (id uint64, tries int, ok bool) {
	var b [statusSize]byte
	if f == nil {
		return 0, 0, false
	}
	if _, err := f.ReadAt(b[:], 0); err != nil {
		return 0, 0, false
	}
	// A worker may have written anything.
	used := min(binary.NativeEndian.Uint64(b[8:]), math.MaxInt32)
	return binary.NativeEndian.Uint64(b[:]), int(used), true
}
