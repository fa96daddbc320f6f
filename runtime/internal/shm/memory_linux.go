package shm

import (
	"fmt"
	"math"
	"os"
	"syscall"
)

// Create makes memory of size bytes, rounded up to whole pages. It costs next to
// nothing until it is touched. It is an error where there is no such memory: the
// caller then does without.
func Create(size int) (*Memory, error) {
	if size <= 0 || size > math.MaxInt-os.Getpagesize() {
		return nil, fmt.Errorf("shared memory of %d bytes: %w", size, os.ErrInvalid)
	}
	f, err := newFile(pageEnd(size))
	if err != nil {
		return nil, fmt.Errorf("shared memory: %w", err)
	}
	return mapFile(f, size)
}

// Open maps the memory of another process, whose file it handed down as descriptor fd.
// The descriptor is Open's from now on: it is closed, in the case of an error too, and
// is not handed down any further. (Where the kernel is older than 5.14 that is at Close:
// Reserve needs it.) It is an error if there is no memory behind it, or
// less than least bytes, or if somebody could make it shorter.
func Open(fd uintptr, least int) (*Memory, error) {
	syscall.CloseOnExec(int(fd))
	f := os.NewFile(fd, fileName)
	if f == nil {
		return nil, fmt.Errorf("shared memory: descriptor %d: %w", int(fd), os.ErrInvalid)
	}
	if !sealed(f) {
		f.Close()
		return nil, fmt.Errorf("shared memory: descriptor %d is something else", int(fd))
	}
	m, err := mapFile(f, least)
	if err == nil && populates() {
		m.CloseFile() // it cannot fail: nothing was written through it
	}
	return m, err
}

// mapFile maps the whole of a file, which becomes the Memory's, if it has so many
// bytes, and closes it otherwise.
func mapFile(f *os.File, least int) (*Memory, error) {
	mem, err := mapWhole(f, least)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("shared memory: %w", err)
	}
	return &Memory{mem: mem, file: f}, nil
}

func mapWhole(f *os.File, least int) ([]byte, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	n := st.Size()
	if n == 0 || n < int64(least) || n > math.MaxInt {
		return nil, fmt.Errorf("it has %d bytes, not %d", n, least)
	}
	mem, err := syscall.Mmap(int(f.Fd()), 0, int(n), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	return mem, os.NewSyscallError("mmap", err)
}

func unmap(mem []byte) error { return os.NewSyscallError("munmap", syscall.Munmap(mem)) }
