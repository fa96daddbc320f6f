package process_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A call that is queued while the worker's pipe is full costs nobody a processor.
func TestQueuedBehindAFullPipeDoesNotSpin(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 2, SharedMemory: 1})
	must(t, p, square, 1)
	pid := p.Workers()[0].PID
	syscall.Kill(pid, syscall.SIGSTOP)
	long := submit(t.Context(), p, echo, make([]byte, 8<<20)) // its pipe has one MiB
	next := submit(t.Context(), p, square, 3)
	used := func() time.Duration {
		var u syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	// What spins does so all the time; one stretch may be busy by what tests before left to
	// the garbage collector.
	for stretch := 1; ; stretch++ {
		before, began := used(), time.Now()
		time.Sleep(300 * time.Millisecond) // is what is measured
		spent, took := used()-before, time.Since(began)
		if spent <= took/4 {
			break
		}
		if t.Logf("in %v the program took %v of a processor", took, spent); stretch == 5 {
			t.Error("it spins")
			break
		}
	}
	syscall.Kill(pid, syscall.SIGCONT)
	if v, err := next.Result(t.Context()); v != 9 || err != nil {
		t.Error(v, err)
	}
	if b, err := long.Result(t.Context()); len(b) != 8<<20 || err != nil {
		t.Error(len(b), err)
	}
}

// Calls that come while a long one is being written are sent when it is, though nothing
// else happens: the first of them runs until the last has been submitted and begun.
func TestCallsAreSentWhenALongOneIsWritten(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 3, SharedMemory: 1})
	must(t, p, square, 1)
	for range 30 {
		gate := submit(t.Context(), p, nap, 50_000) // has a lane, and gives no reply
		arg := make([]byte, 3<<20)
		long := []*runtime.Future[[]byte]{submit(t.Context(), p, echo, arg), submit(t.Context(), p, echo, arg), submit(t.Context(), p, echo, arg)}
		for i, f := range long {
			if b, err := f.Result(t.Context()); len(b) != len(arg) || err != nil {
				t.Fatal(i, len(b), err)
			}
		}
		gate.Cancel()
	}
}
