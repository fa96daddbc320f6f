//go:build linux || darwin

package wire

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
)

// Memory that cannot be read, as a file that is mapped and became shorter, is a fault on
// the goroutine of the caller, who may be ready for it: whichever goroutine meets it.
func TestFaultOfLongBytesIsTheCallers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	page, mem := syscall.Getpagesize(), mapped(t, 2*veryLong)
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

// Once the caller has had the fault nobody copies any more: what he copied to, and from, may
// be another's.
func TestNobodyCopiesAfterAFault(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	page, mem := syscall.Getpagesize(), mapped(t, 4*veryLong)
	for i := range mem {
		mem[i] = 1
	}
	if err := syscall.Mprotect(mem[:page], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	to := make([]byte, len(mem))
	for range 40 {
		func() {
			defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
			defer func() { recover() }()
			move(to, mem)
		}()
		clear(to)
		if !bytes.Equal(to, make([]byte, len(to))) {
			t.Fatal("somebody still copies")
		}
	}
}

// mapped returns memory of its own pages, until the test ends.
func mapped(t *testing.T, n int) []byte {
	mem, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(mem) })
	return mem
}

func faults(mem []byte) (faulted bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { faulted = recover() != nil }()
	longSink = clone(mem)
	return
}
