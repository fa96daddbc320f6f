//go:build !mips && !mipsle && !mips64 && !mips64le

package child

import (
	"os/signal"
	"syscall"
	"unsafe"
)

// A deafness is a time in which the kernel drops signals. The Go runtime does not know of
// it: it takes the signals to be caught by its own handler, which is there again at the
// end. So what this process starts meanwhile by package os or syscall does not inherit it:
// between fork and exec that resets all signals that the runtime takes to be its own.
type deafness []deafTo

// deafTo is one signal and what there is to be when the deafness ends.
type deafTo struct {
	signal syscall.Signal
	was    disposition
}

// begin begins it and reports whether it did so for all signals.
func (d *deafness) begin(signals []syscall.Signal) bool {
	for _, s := range signals {
		to := deafTo{signal: s}
		if !swap(s, &disposition{handler: ignored}, &to.was) {
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
		if swap(to.signal, nil, &is) && is.handler == ignored && !signal.Ignored(to.signal) {
			swap(to.signal, &to.was, nil)
		}
	}
}

// A disposition is struct sigaction of the kernel, or more. All that is asked of it is that
// the handler comes first, which is so but on mips.
type disposition struct {
	handler uintptr
	_       [7]uintptr
}

const (
	ignored = 1 // SIG_IGN
	setSize = 8 // of a set of signals, in bytes
)

// swap is rt_sigaction(2), which package syscall lacks.
func swap(s syscall.Signal, next, before *disposition) bool {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s),
		uintptr(unsafe.Pointer(next)), uintptr(unsafe.Pointer(before)), setSize, 0, 0)
	return errno == 0
}
