package child

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// ballastSize is in bytes. Twice that is what the heap of a worker with next to nothing
// in it is collected at, the ballast included.
const ballastSize = 16 << 20

// A ballast is memory that the garbage collector counts and nobody touches. A heap is
// collected when it is twice what was kept the last time, and from 4 MB: a worker whose
// program keeps a megabyte or two, and that gets, or makes, 64 KiB in each call, had a
// collection every thirty to fifty calls, which was a fifth of the time of a call.
//
//	0        4 MB                              32 MB
//	| kept | garbage |                                     as Go does by itself
//	| ballast ............ | kept | garbage ............ |
//
// A higher GOGC would do the same to a worker with hundreds of megabytes in it, and take
// hundreds more; the ballast adds 16 MB of garbage at most to any. It is address space and
// no memory (on Windows the system counts it as promised): nobody clears it, and the
// collector does not look into what has no pointers. Only where a heap was large and has
// become small before is it made of pages that are there, and keeps them. There is none
// where the pool bounds memory, whatever Config.Env says beside it, or GOGC in the
// environment or the limit of the Go runtime say something. A program that calls
// debug.SetGCPercent has as many percent of the ballast too.
//
// The idea is that of many a service before GOMEMLIMIT, which is no bound from below.
type ballast struct {
	// memory has room, and nothing in it: make would clear it, unless by luck no byte of
	// it was ever in use. Written once, by a goroutine of the Go runtime; nobody reads it.
	memory strings.Builder
}

// await takes the ballast in once there has been a collection: to take it begins one,
// which a worker that starts, or does not allocate much, is to be spared. b must live as
// long as the ballast is to.
func (b *ballast) await() {
	first := new([2]*byte) // with pointers, as what has none may share its block with what lives on
	runtime.AddCleanup(first, (*ballast).load, b)
}

// load asks now, and not when serving begins: the program may have set a limit meanwhile.
func (b *ballast) load() {
	if !bounded() {
		b.memory.Grow(ballastSize)
	}
}

// bounded reports whether somebody has said something about the memory of this process,
// or there are no addresses to spare.
func bounded() bool {
	return os.Getenv("GOGC") != "" || debug.SetMemoryLimit(-1) != math.MaxInt64 || math.MaxInt == math.MaxInt32
}
