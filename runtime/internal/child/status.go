package child

import (
	"encoding/binary"
	"os"
	"sync/atomic"
)

// A Status is a word in a file that the worker maps: the id of the last call
// that it started. The pool reads it when the worker is dead, and so knows
// whether a call that was on its way began. That a call was read says nothing:
// the kernel completes a read for a process that is already being killed.
//
// The pool reads the file and does not map it: a worker that shortens the file
// would otherwise end the pool's process.
type Status struct{ word *atomic.Uint64 }

// statusSize is the size of the file.
const statusSize = 8

// started notes that call id begins.
func (s Status) started(id uint64) {
	if s.word != nil {
		s.word.Store(id)
	}
}

// NewStatus makes the file, or returns nil where there is none.
func NewStatus() *os.File { return newStatus() }

// LastStarted returns the id of the last call that a dead worker started, and
// false if there is no way to know.
func LastStarted(f *os.File) (id uint64, ok bool) {
	var b [statusSize]byte
	if f == nil {
		return 0, false
	}
	if _, err := f.ReadAt(b[:], 0); err != nil {
		return 0, false
	}
	return binary.NativeEndian.Uint64(b[:]), true
}
