// Package shm is the memory that a pool and one of its worker processes share, and
// the blocks in it in which what is long travels. Whoever uses it cuts it up:
//
//	pool                                                      worker
//	Create -------- the descriptor, handed down -----------> Open
//	  |                                                        |
//	  |    +-------+---------------------+------------------+  |
//	  +--> | words | blocks of the pool  | of the worker    | <+
//	       +-------+---------------------+------------------+
//	         Word    Ring -----> View      View <----- Ring
//
// That there is a block, and where, is said elsewhere, in frames on a pipe: whoever
// reads the frame may read the block. All that goes back through the memory is one
// word, how many blocks the other side is done with.
//
// The worker is not trusted. It may write anything anywhere in the memory at any time,
// also to what the pool is just reading: the pool must not read a byte twice and
// expect the same. What it cannot do is to make the memory shorter. What nobody can
// keep it from is to give pages back behind the pool's back, which then reads zeros. If
// the machine has no page to read them from, and accounts for memory strictly, that is
// SIGBUS in the pool; debug.SetPanicOnFault makes it a panic that can be recovered from.
package shm

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"
)

// errUnavailable is what Create and Open return where there is no such memory at all. It
// takes no time when a worker starts: fmt.Errorf took as long as to open the memory.
var errUnavailable error = unavailable{}

type unavailable struct{}

func (unavailable) Error() string {
	return "shared memory is not available: " + errors.ErrUnsupported.Error()
}
func (unavailable) Unwrap() error { return errors.ErrUnsupported }

// Memory is a piece of memory that two processes share. It is a mapping of a file
// without a name, whose length nobody can change, the other process included.
//
// Whoever has it must Close it: nothing else ends the mapping. It has no lock. Close
// and CloseFile must not run while anything else of it does; the rest may be called
// by several goroutines.
type Memory struct {
	mem  []byte   // the mapping: whole pages; written before anybody has the Memory, and by Close
	file *os.File // nil after CloseFile; written like mem
}

// Bytes returns the memory, all of it. It is not the garbage collector's: nothing
// that points to it keeps it, and after Close to touch it is a fault that ends the
// process. A byte that was never written is 0. The first touch of a page that was not
// reserved is SIGBUS if the machine has none left.
func (m *Memory) Bytes() []byte { return m.mem }

// File returns the file behind the memory, to hand down to the worker, or nil after
// CloseFile. It stays the Memory's: the caller must not close it.
func (m *Memory) File() *os.File { return m.file }

// CloseFile closes the file, which the memory outlives. Whoever created the memory
// calls it when the worker was started, unless Reserve has to go on where the kernel
// is older than 5.14 (see there). A second call does nothing.
func (m *Memory) CloseFile() error {
	f := m.file
	if f == nil {
		return nil
	}
	m.file = nil
	return f.Close()
}

// Word returns the i-th 8 bytes of the memory as a word for both processes to load
// and store. Words lie in no cache line of their own: what the two processes write
// should be 64 bytes apart. It panics if the memory has no such word.
func (m *Memory) Word(i int) *atomic.Uint64 {
	first := (*atomic.Uint64)(unsafe.Pointer(unsafe.SliceData(m.mem))) // aligned: it begins a page
	return &unsafe.Slice(first, len(m.mem)/8)[i]
}

// Reserve makes sure that there is memory for the bytes [from, to), and for the rest
// of the first and the last page. That it cannot be had is an error here, and would be
// SIGBUS on the first touch otherwise. What the bytes are stays as it is, so that what
// is reserved already, or in use, may be reserved again; that costs little, but not
// nothing.
//
// It holds until GiveBack, by either process. It takes the kernel about 0.3 ms a MiB,
// and 10 to 50 us for a MiB that was reserved already.
//
// On a kernel before 5.14 it needs the file, and is an error after CloseFile.
func (m *Memory) Reserve(from, to int) error {
	if err := m.inside(from, to); err != nil {
		return fmt.Errorf("reserve shared memory: %w", err)
	}
	return m.reserve(from, to)
}

// GiveBack gives the machine the memory behind those pages that lie in [from, to) from
// their first byte to their last, for both processes: they read as zeros from now on,
// and have to be reserved before they are written to again. Nothing that either process
// still needs may be there.
func (m *Memory) GiveBack(from, to int) error {
	if err := m.inside(from, to); err != nil {
		return fmt.Errorf("give back shared memory: %w", err)
	}
	return m.giveBack(from, to)
}

// inside returns an error if [from, to) is not a part of the memory.
func (m *Memory) inside(from, to int) error {
	switch {
	case m.mem == nil:
		return os.ErrClosed
	case from < 0 || to < from || to > len(m.mem):
		return fmt.Errorf("[%d, %d) is not inside %d bytes", from, to, len(m.mem))
	}
	return nil
}

// Close ends the mapping and closes the file. The other process keeps its own mapping.
// Bytes, words, and whatever points into them, must not be used any more. A second
// call does nothing.
func (m *Memory) Close() error {
	err := m.CloseFile()
	if m.mem == nil {
		return err
	}
	mem := m.mem
	m.mem = nil
	return errors.Join(err, unmap(mem))
}
