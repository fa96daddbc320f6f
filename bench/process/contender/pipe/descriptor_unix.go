//go:build unix

package main

import (
	"io"
	"os"
	"syscall"
)

// A descriptor is a file that is read and written with nothing between: an
// [os.File] would take a tenth of a round trip for locks and the poller that it
// might have.
type descriptor struct {
	*os.File
	fd int
}

func block(f *os.File) *descriptor { return &descriptor{f, int(f.Fd())} }

// Read is one system call.
func (d *descriptor) Read(p []byte) (n int, err error) {
	for {
		n, err = syscall.Read(d.fd, p)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return 0, err
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// Write is one system call; the kernel takes all there is before it returns from
// one that blocks, unless a signal comes.
func (d *descriptor) Write(p []byte) (written int, err error) {
	for written < len(p) {
		n, err := syscall.Write(d.fd, p[written:])
		if err != nil && err != syscall.EINTR {
			return written, err
		}
		written += max(n, 0)
	}
	return written, nil
}
