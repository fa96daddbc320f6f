package shm

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
)

// madvPopulateWrite is what package syscall lacks: since Linux 5.14.
const madvPopulateWrite = 23

// populates reports whether the kernel knows madvPopulateWrite. It looks at the advice
// before it looks at what that is for, which is nothing here.
//
// Where it does, Reserve populates. To allocate the pages by fallocate is a quarter of
// that (86 us a MiB, not 320), but leaves a fault for each page to whoever writes to it,
// and the two together are more than to do both at once (430 us): what is reserved is
// written to as a rule. It needs no descriptor either.
var populates = sync.OnceValue(func() bool {
	_, _, errno := syscall.Syscall(syscall.SYS_MADVISE, 0, 0, madvPopulateWrite)
	return errno == 0
})

// piece is how many bytes are reserved at a time: the kernel keeps others from changing
// the mappings of the process meanwhile, which the garbage collector wants to, and a
// signal undoes what an fallocate has done so far.
const piece = 1 << 20

func (m *Memory) reserve(from, to int) error {
	to = pageEnd(to)
	for from = pageStart(from); from < to; from += piece {
		if err := m.reservePiece(from, min(from+piece, to)); err != nil {
			return fmt.Errorf("reserve shared memory: %w", err)
		}
	}
	return nil
}

func (m *Memory) reservePiece(from, to int) error {
	switch {
	case populates():
		return m.populate(from, to)
	case m.file != nil:
		return m.allocate(from, to)
	}
	return errors.ErrUnsupported
}

func (m *Memory) populate(from, to int) error {
	return again("madvise", func() error { return syscall.Madvise(m.mem[from:to], madvPopulateWrite) })
}

// allocate is the way of kernels before 5.14.
func (m *Memory) allocate(from, to int) error {
	return again("fallocate", func() error {
		return syscall.Fallocate(int(m.file.Fd()), 0, int64(from), int64(to-from))
	})
}

// giveBack needs no descriptor, as an fallocate that does the same would, and costs the
// same, 70 us a MiB. The kernel lets the mappings change meanwhile: no need for pieces.
func (m *Memory) giveBack(from, to int) error {
	from, to = pageEnd(from), pageStart(to)
	if from >= to {
		return nil
	}
	return again("madvise", func() error { return syscall.Madvise(m.mem[from:to], syscall.MADV_REMOVE) })
}

// pageStart is n, or the last start of a page before it.
func pageStart(n int) int { return n &^ (os.Getpagesize() - 1) }

// pageEnd is n, or the first end of a page after it. It must not be over the end of a
// mapping, beyond which it might overflow.
func pageEnd(n int) int { return pageStart(n + os.Getpagesize() - 1) }

// again makes a system call until no signal interrupts it.
func again(name string, call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return os.NewSyscallError(name, err)
		}
	}
}
