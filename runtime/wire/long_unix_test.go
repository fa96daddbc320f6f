//go:build unix

package wire

import (
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
)

// Memory that cannot be read, as a file that is mapped and became shorter, is a fault on
// the goroutine of the caller, who may be ready for it: whichever goroutine meets it.
func TestFaultOfLongBytesIsTheCallers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, 2*veryLong, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(mem)
	for i := range 64 { // so that either goroutine meets it now and then
		at := i * veryLong / 32
		if err := syscall.Mprotect(mem[at:at+page], syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
		if !faults(mem) {
			t.Fatal("no fault for memory that cannot be read")
		}
		if err := syscall.Mprotect(mem[at:at+page], syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
			t.Fatal(err)
		}
	}
	if faults(mem) {
		t.Error("a fault for memory that can")
	}
}

func faults(mem []byte) (faulted bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { faulted = recover() != nil }()
	longSink = clone(mem)
	return
}
