//go:build linux

package process_test

import (
	goruntime "runtime"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/process"
)

// What a call of faultAwake expects to be, or its worker dies.
const (
	asleep = iota // it does not matter how it came
	directAsleep
	directAwake
)

// expectAwake replies if the call is what it expects to be, and dies otherwise. The board
// must say that the call was sent, and says too soon that it was replied to.
func (f *faulty) expectAwake(h frame.Header, reply []byte, k int) {
	if h.Has(frame.Awake) != (k == directAwake) || !h.Has(frame.Direct) && k != asleep {
		killOneself()
	}
	for f.word(boardSent).Load() < h.ID { // the pool says so when it has sent it, which may be now
		goruntime.Gosched()
	}
	f.word(boardAnswered).Store(h.ID)
	f.pipe(h).Write(reply)
}

// A caller and its worker stay awake if there is a processor for each of them, and nothing
// else to do in the pool. A worker that says too soon that it has replied is waited for.
func TestCallersStayAwakeIfAlone(t *testing.T) {
	pairs := min(goruntime.NumCPU(), goruntime.GOMAXPROCS(0)) / 2
	p := faultyPool(t, pairs+2)
	if pairs > 0 {
		expectOnce(t, p, directAwake)
	}
	for range max(1, pairs) { // with one more there are too many
		f := submit(t.Context(), p, fill, order(faultOpens, 0, 9)) // it has no file that it could wait for
		eventually(t, "it runs", func() bool { return f.State() == runtime.Running })
	}
	for range 50 {
		if o := ask(t, p, true, fill, order(faultAwake, asleep, 9)); !o.right() {
			t.Fatalf("%d bytes, %v", len(o.got), o.err)
		}
	}
	expectOnce(t, p, directAsleep)
}

// expectOnce checks that calls, one after the other, are sometimes what k says: a worker
// may not be idle yet, and the call before not off the books.
func expectOnce(t *testing.T, p *process.Pool, k int) {
	t.Helper()
	for range 50 {
		sound(t, p, true)
		if ask(t, p, true, fill, order(faultAwake, k, 9)).right() {
			return
		}
	}
	t.Errorf("no call was what %d says", k)
}

// Who waits awake is told. What is said of a call from the queue is another matter: the
// worker may not be idle yet when the caller asks for it.
func TestWorkersSayThatTheyReplied(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	for range 20 {
		eventually(t, "it says so", func() bool {
			warm(t, p)
			return process.Answered(p)
		})
	}
}
