package child

import (
	"os"
	"syscall"
	"unsafe"
)

// A deafness is a time in which signals do nothing. The Go runtime does not know of it: it
// takes the signals to be caught by its own handler, which is there again at the end. They
// are caught and not ignored, since what is started, also by a library in C, would inherit
// that.
type deafness []deafTo

// deafTo is one signal and what there is to be when the deafness ends.
type deafTo struct {
	signal syscall.Signal
	was    disposition
}

// begin begins it and reports whether it did so for all signals.
func (d *deafness) begin(signals []os.Signal) bool {
	for _, signal := range signals {
		s := signal.(syscall.Signal)
		to := deafTo{signal: s}
		if !swap(s, nil, &to.was) || to.was.handler <= ignored {
			return false
		}
		deaf := to.was // also the flags: on which stack, and how the handler returns
		deaf.handler = doNothing
		if !swap(s, &deaf, nil) {
			return false
		}
		*d = append(*d, to)
	}
	return true
}

// end ends it. Whoever has asked the Go runtime meanwhile to ignore a signal keeps that, and
// who has asked it to do what is the default, which the runtime's handler does.
func (d *deafness) end() {
	for i := range *d {
		to := &(*d)[i]
		var is disposition
		if swap(to.signal, nil, &is) && is.handler == doNothing {
			swap(to.signal, &to.was, nil)
		}
	}
}

// doNothing is the address of a function that returns to the kernel.
var doNothing uintptr // in deafness_linux_amd64.s

// A disposition is struct sigaction of the kernel.
type disposition struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const ignored = 1 // SIG_IGN; SIG_DFL is 0

// swap is rt_sigaction(2), which package syscall lacks.
func swap(s syscall.Signal, next, before *disposition) bool {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s),
		uintptr(unsafe.Pointer(next)), uintptr(unsafe.Pointer(before)), unsafe.Sizeof(disposition{}.mask), 0, 0)
	return errno == 0
}
