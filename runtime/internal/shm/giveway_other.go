//go:build !linux

package shm

import "runtime"

// giveWay lets something else have the processor. Nobody waits for shared memory here:
// there is none.
func giveWay() { runtime.Gosched() }
