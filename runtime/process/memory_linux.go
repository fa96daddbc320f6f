package process

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// openGauge opens the gauge of a child that was not reaped. There is none where /proc is
// not mounted, or does not show the child.
func openGauge(pid int) (gauge, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/statm", pid))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return gauge{}, nil
	}
	return gauge{f}, err
}

// read fails for a process that is gone.
func (g gauge) read() (usage, error) {
	if g.file == nil {
		return usage{}, errNoGauge
	}
	var buf [128]byte
	n, err := g.file.ReadAt(buf[:], 0) // fails with EOF at the end of the line
	fields := bytes.Fields(buf[:n])
	if len(fields) < 6 {
		return usage{}, err
	}
	return usage{resident: pages(fields[1]), writable: pages(fields[5])}, nil
}

// pages returns the bytes of a number of pages.
func pages(field []byte) int64 {
	n, _ := strconv.ParseInt(string(field), 10, 64)
	return n * int64(os.Getpagesize())
}

// limitHeap makes every attempt of the process fail to have more than n bytes
// of memory of its own, C's included. What it starts inherits the limit.
func limitHeap(pid int, n int64) {
	var limit syscall.Rlimit
	if prlimit(pid, syscall.RLIMIT_DATA, nil, &limit) {
		limit.Cur = min(uint64(n), limit.Max)
		prlimit(pid, syscall.RLIMIT_DATA, &limit, nil)
	}
}

func prlimit(pid, resource int, set, get *syscall.Rlimit) bool {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), uintptr(resource),
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(get)), 0, 0)
	return errno == 0
}
