package main

import (
	"os"
	"runtime/debug"
	"time"
	"unsafe"
)

//go:generate go tool offing

// Panic dereferences a nil pointer.
//
//offing:task
func Panic() int {
	var p *int
	return *p
}

// Overflow fills its stack, which no recover catches.
//
//offing:task
func Overflow(depth int) int {
	debug.SetMaxStack(32 << 20) // the usual limit of 1 GB takes a while to fill
	var frame [1024]byte
	frame[depth%len(frame)] = 1
	return Overflow(depth+1) + int(frame[depth/2%len(frame)])
}

// ConcurrentWrites writes to a map from two goroutines until the Go runtime
// notices.
//
//offing:task
func ConcurrentWrites() {
	m := map[int]int{}
	write := func() {
		for i := 0; ; i++ {
			m[i%100] = i
		}
	}
	go write()
	write()
}

// BadPointer writes where there is no memory.
//
//offing:task
func BadPointer() {
	address := uintptr(0xdead0000)
	*(*int)(*(*unsafe.Pointer)(unsafe.Pointer(&address))) = 1
}

// StrayPanic starts a goroutine that panics: no recover of the caller's reaches
// there.
//
//offing:task
func StrayPanic() {
	go func() { panic("in a goroutine that the task started") }()
	select {}
}

// Exit ends the process, as log.Fatal in some library does.
//
//offing:task
func Exit() { os.Exit(3) }

// Abort has C code write through a null pointer.
//
//offing:task
func Abort() error { return segfault() }

// Killed dies from outside after a moment, as the kernel's out-of-memory killer
// or an operator would have it.
//
//offing:task
func Killed() error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	time.Sleep(20 * time.Millisecond)
	if err := self.Kill(); err != nil {
		return err
	}
	select {}
}

// Spin never returns.
//
//offing:task timeout=500ms
func Spin(n int) int {
	for {
		n++
	}
}

// Hoard allocates without end.
//
//offing:task
func Hoard() int {
	var kept [][]byte
	for {
		block := make([]byte, 1<<20)
		for i := range block {
			block[i] = byte(i)
		}
		kept = append(kept, block)
		if len(kept) > 1<<20 {
			return len(kept)
		}
	}
}

// Square is a call that is fine, to see whether the pool still works.
//
//offing:task
func Square(n int) int {
	time.Sleep(5 * time.Millisecond)
	return n * n
}
