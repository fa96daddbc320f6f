package main

import (
	"os"
	"syscall"
)

const (
	fSetPipeSize = 1031 // F_SETPIPE_SZ, which package syscall lacks
	pipeSize     = 1 << 20
)

// widen gives a pipe the room that offing's have, as far as the system allows.
func widen(f *os.File) {
	syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), fSetPipeSize, pipeSize)
}
