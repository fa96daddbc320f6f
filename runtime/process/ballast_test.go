//go:build linux

package process_test

import (
	"context"
	goruntime "runtime"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

// ballasted is the size, in bytes, that only a heap with a ballast is collected at.
const ballasted = 32 << 20

var (
	// collect begins a collection, and returns the size of the heap that the next one
	// begins at.
	collect = onInts(named("Collect"), func(context.Context, int) (int, error) {
		goruntime.GC()
		return nextGC(), nil
	})
	// nextCollection is collect without a collection: what follows one may be there at once.
	nextCollection = onInts(named("NextCollection"), func(context.Context, int) (int, error) {
		return nextGC(), nil
	})
	// resident gives back all memory that it can, and returns the MiB that are left.
	resident = onInts(named("Resident"), func(context.Context, int) (int, error) {
		debug.FreeOSMemory()
		return ownRSS()
	})
)

func nextGC() int {
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return int(m.NextGC)
}

// unbounded has workers say nothing of their memory but what the test does.
func unbounded(t *testing.T) {
	if strconv.IntSize == 32 {
		t.Skip("there are no addresses to spare")
	}
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
}

// A worker of whose memory nobody has said anything has a ballast after a collection.
func TestSmallHeapsAreCollectedSeldom(t *testing.T) {
	unbounded(t)
	p := newPool(t, process.Config{Workers: 1})
	first := must(t, p, nextCollection, 0)
	if first >= ballasted {
		t.Fatalf("a heap of %d bytes before there was a collection: a worker that has none has begun one", first)
	}
	eventually(t, "collections begin at 32 MB", func() bool { return must(t, p, collect, 0) >= ballasted })
}

// What makes a heap large that was small takes no memory.
func TestBallastTakesNoMemory(t *testing.T) {
	if underRace {
		t.Skip("the race detector has memory of its own for what is allocated")
	}
	unbounded(t)
	without := newPool(t, process.Config{Workers: 1, Env: []string{"GOGC=100"}})
	with := newPool(t, process.Config{Workers: 1})
	must(t, without, collect, 0)
	eventually(t, "there is a ballast", func() bool { return must(t, with, collect, 0) >= ballasted })
	for range 10 { // it may have been made a moment ago
		if a, b := must(t, without, resident, 0), must(t, with, resident, 0); b > a+8 {
			t.Fatalf("%d MiB, and %d with 16 of ballast", a, b)
		}
	}
}

// Whoever bounds memory, or says when to collect, has it as it is said.
func TestBoundedHeapsAreCollectedAsEver(t *testing.T) {
	unbounded(t)
	for name, c := range map[string]process.Config{
		"Memory":                   {Memory: 1 << 30},
		"Memory and no GOMEMLIMIT": {Memory: 1 << 30, Env: []string{"GOMEMLIMIT=off"}},
		"RecycleMemory":            {RecycleMemory: 1 << 30},
		"GOGC":                     {Env: []string{"GOGC=100"}},
		"GOMEMLIMIT":               {Env: []string{"GOMEMLIMIT=1GiB"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.Workers = 1
			p := newPool(t, c)
			for range 30 {
				if next := must(t, p, collect, 0); next >= ballasted {
					t.Fatalf("the next collection begins at %d bytes", next)
				}
			}
		})
	}
}
