package shm

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// fileName is what /proc/PID/maps and errors call the file.
const fileName = "offing"

// What package syscall lacks.
const (
	mfdCloexec      = 0x1
	mfdAllowSealing = 0x2
	mfdNoexecSeal   = 0x8

	fAddSeals   = 1033
	fGetSeals   = 1034
	fSealSeal   = 0x1
	fSealShrink = 0x2
	fSealGrow   = 0x4
)

// memfdCreate returns the number of the system call, which package syscall lacks as well,
// or 0 where nobody looked it up. A map would be filled in whenever a worker starts.
func memfdCreate() uintptr {
	switch runtime.GOARCH {
	case "amd64":
		return 319
	case "arm64", "loong64", "riscv64":
		return 279
	case "386":
		return 356
	case "arm":
		return 385
	case "mips", "mipsle":
		return 4354
	case "mips64", "mips64le":
		return 5314
	case "ppc64", "ppc64le":
		return 360
	case "s390x":
		return 350
	}
	return 0
}

// newFile makes a file of size bytes and seals it: no
// holder, hostile ones included, can make it shorter, which would be SIGBUS for whoever
// maps it, or longer, or take the seals off.
func newFile(size int) (*os.File, error) {
	fd, err := newMemfd()
	if err != nil {
		return nil, err
	}
	f := os.NewFile(fd, fileName)
	if err := f.Truncate(int64(size)); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := fcntl(f, fAddSeals, fSealShrink|fSealGrow|fSealSeal); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// newMemfd says that nothing in the file is to be executed: a kernel since 6.3 may be
// told to refuse the file otherwise, and complains if not. Those before do not know
// the flag.
func newMemfd() (uintptr, error) {
	number := memfdCreate()
	if number == 0 {
		return 0, errUnavailable
	}
	name, err := syscall.BytePtrFromString(fileName)
	if err != nil {
		return 0, err
	}
	const flags = mfdCloexec | mfdAllowSealing
	fd, _, errno := syscall.Syscall(number, uintptr(unsafe.Pointer(name)), flags|mfdNoexecSeal, 0)
	if errno == syscall.EINVAL {
		fd, _, errno = syscall.Syscall(number, uintptr(unsafe.Pointer(name)), flags, 0)
	}
	if errno != 0 {
		return 0, os.NewSyscallError("memfd_create", errno)
	}
	return fd, nil
}

// sealed reports whether f is such a file, that nobody can make shorter.
func sealed(f *os.File) bool {
	seals, err := fcntl(f, fGetSeals, 0)
	return err == nil && seals&fSealShrink != 0
}

func fcntl(f *os.File, command, argument uintptr) (uintptr, error) {
	r, _, errno := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), command, argument)
	runtime.KeepAlive(f)
	if errno != 0 {
		return 0, os.NewSyscallError("fcntl", errno)
	}
	return r, nil
}
