//go:build cgo

package main

// static void segfault(void) { *(volatile int *)0 = 1; }
import "C"

// segfault crashes in C.
func segfault() error {
	C.segfault()
	return nil
}
