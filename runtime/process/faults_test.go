//go:build linux

package process_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/process"
)

// openPoller opens the descriptors of the runtime's poller, which stay.
func openPoller() {
	if r, w, err := os.Pipe(); err == nil {
		r.Close()
		w.Close()
	}
}

// faultyPool returns a pool of faulty workers.
func faultyPool(t *testing.T, workers int) *process.Pool {
	openPoller()
	fds, children := countFDs(t), countChildren()
	t.Cleanup(func() { // after the pool's
		eventually(t, "descriptors and children as before", func() bool {
			return countFDs(t) <= fds && countChildren() <= children
		})
	})
	c := otherProgram(t, "PROCESS_TEST_CHILD=faulty")
	c.Workers, c.Grace = workers, 50*time.Millisecond
	return newPool(t, c)
}

// An outcomeOf is what came of a call of fill.
type outcomeOf struct {
	n   int
	got []byte
	err error
}

func (o outcomeOf) right() bool { return o.err == nil && bytes.Equal(o.got, filled(o.n)) }

// ask submits a call as Submit does, or as one who waits for it. It never waits for ever.
func ask(t *testing.T, p *process.Pool, waits bool, f *runtime.Func[int, []byte], n int) outcomeOf {
	t.Helper()
	return askUnder(t, context.Background(), p, waits, f, n)
}

func askUnder(t *testing.T, ctx context.Context, p *process.Pool, waits bool, f *runtime.Func[int, []byte], n int) outcomeOf {
	t.Helper()
	done := make(chan outcomeOf, 1)
	go func() {
		var ex runtime.Executor = p
		if waits {
			ex = runtime.Waiting(t.Context(), p)
		}
		got, err := submit(ctx, ex, f, n).Result(context.Background())
		done <- outcomeOf{n, got, err}
	}()
	select {
	case o := <-done:
		return o
	case <-time.After(20 * time.Second):
		t.Fatalf("call %#x hangs", n)
	}
	return outcomeOf{}
}

// ways are how a call reaches a worker.
var ways = map[string]bool{"submitted": false, "waited for": true}

// sound checks that the pool works.
func sound(t *testing.T, p *process.Pool, waits bool) {
	t.Helper()
	if o := ask(t, p, waits, fill, order(faultNone, 0, 9)); !o.right() {
		t.Fatalf("the next call: %d bytes, %v", len(o.got), o.err)
	}
}

// survives is sound for a pool whose workers may be about to die after a reply, or have
// left in their pipes what nobody asked for: each of the two that there may be can take one
// more call with it, which has begun by then.
func survives(t *testing.T, p *process.Pool, waits bool) {
	t.Helper()
	for range 2 {
		o := ask(t, p, waits, fill, order(faultNone, 0, 9))
		if o.right() {
			return
		}
		if !errors.Is(o.err, runtime.ErrCrashed) {
			t.Fatalf("the next call: %d bytes, %v", len(o.got), o.err)
		}
	}
	sound(t, p, waits)
}

// cuts are the numbers of bytes of a reply after which a worker dies.
func cuts(size int) (all []int) {
	whole := frame.HeaderSize + len(runtime.AppendError([]byte{1}, nil)) + 4 + size
	step := 1
	if whole > 100 {
		step = whole / 20
	}
	for k := 0; k < whole+step; k += step {
		all = append(all, k)
	}
	return all
}

// A worker that dies within its reply costs that call and no other, wherever the reply
// breaks off; one that is complete counts.
func TestG5_DeathWithinAReply(t *testing.T) {
	for way, waits := range ways {
		for _, size := range []int{9, 64 << 10} {
			t.Run(way, func(t *testing.T) {
				p := faultyPool(t, 1)
				lost, kept := 0, 0
				for _, k := range cuts(size) {
					o := ask(t, p, waits, fill, order(faultDies, k, size))
					switch {
					case o.right(): // and its worker dies now
						kept++
						survives(t, p, waits)
					case errors.Is(o.err, runtime.ErrCrashed) && kept == 0:
						lost++
					default:
						t.Fatalf("%d bytes of %d: %d came, %v", k, size, len(o.got), o.err)
					}
					sound(t, p, waits)
				}
				if lost == 0 || kept == 0 {
					t.Errorf("%d lost, %d complete", lost, kept)
				}
			})
		}
	}
}

// A task with a retry runs again after such a death, and the caller does not notice.
func TestG5_DeathWithinAReplyIsRetried(t *testing.T) {
	for way, waits := range ways {
		t.Run(way, func(t *testing.T) {
			p := faultyPool(t, 1)
			for _, k := range []int{0, 1, frame.HeaderSize, frame.HeaderSize + 5} {
				if o := ask(t, p, waits, fillAgain, order(faultDies, k, 100)); !o.right() {
					t.Fatalf("after %d bytes: %v", k, o.err)
				}
			}
		})
	}
}

// What else runs, or waits, when workers die within their replies is not touched.
func TestG5_DeathWithinAReplyAmongOthers(t *testing.T) {
	p := faultyPool(t, 2)
	var others []*runtime.Future[[]byte]
	for k := range 12 {
		bad := submit(t.Context(), p, fill, order(faultDies, 5*k, 100))
		for i := range 50 {
			others = append(others, submit(t.Context(), p, fill, order(faultNone, k, i)))
		}
		if _, err := bad.Result(within(t)); !errors.Is(err, runtime.ErrCrashed) {
			t.Fatal(err)
		}
	}
	for i, f := range others {
		got, err := f.Result(within(t))
		if o := (outcomeOf{i % 50, got, err}); !o.right() {
			t.Fatalf("call %d: %v", i, err)
		}
	}
}

// A broken is a way to break the protocol, and what may become of the call.
type broken struct {
	fault  int
	ks     []int
	may    func(o outcomeOf) bool
	silent bool // the worker may not reply at all, as one whose task takes for ever
}

// fails allows for each of some errors; nil is the right result.
func fails(with ...error) func(o outcomeOf) bool {
	return func(o outcomeOf) bool {
		for _, err := range with {
			if err == nil && o.right() || err != nil && errors.Is(o.err, err) {
				return true
			}
		}
		return false
	}
}

var brokens = map[string]broken{
	"in halves":  {faultHalves, []int{1, 31, 32, 40, 100}, fails(nil), false},
	"twice":      {faultTwice, []int{0}, fails(nil, runtime.ErrCrashed), false},
	"another id": {faultOtherID, []int{1, 2, 512, 1 << 20}, fails(runtime.ErrCrashed), false},
	// A reply where nobody looks for it is none: such a call takes for ever, as others do.
	"the other pipe": {faultOtherPipe, []int{0}, fails(runtime.ErrCrashed, runtime.ErrTimeout), true},
	"nobody waits":   {faultEarlyDirect, []int{0, 1, 2}, fails(nil, runtime.ErrCrashed, runtime.ErrTimeout), true},
	"a block":        {faultBlock, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, fails(runtime.ErrCrashed, runtime.ErrEncoding), false},
	"changing":       {faultChanging, []int{1, 3, 7}, func(o outcomeOf) bool { return o.err == nil || errors.Is(o.err, runtime.ErrEncoding) }, false},
	"dies and lies":  {faultBoard, []int{0}, fails(nil, runtime.ErrCrashed), false},
}

// A worker that breaks the protocol costs the call that it runs, and the one that finds
// what is left in its pipes; the pool goes on.
func TestG12_FaultyReplies(t *testing.T) {
	for name, b := range brokens {
		for way, waits := range ways {
			t.Run(name+", "+way, func(t *testing.T) {
				p := faultyPool(t, 1)
				for _, k := range b.ks {
					if o := askSoon(t, p, waits, b, order(b.fault, k, 2000)); !b.may(o) {
						t.Errorf("%d: %d bytes, %v", k, len(o.got), o.err)
					}
					for _, waits := range []bool{waits, !waits} {
						o := askSoon(t, p, waits, b, order(faultNone, 1, 9))
						if !fails(nil, runtime.ErrCrashed, runtime.ErrTimeout)(o) {
							t.Errorf("after %d: %d bytes, %v", k, len(o.got), o.err)
						}
					}
					survives(t, p, waits)
				}
			})
		}
	}
}

// askSoon is ask for a call with a deadline, if the worker may be silent.
func askSoon(t *testing.T, p *process.Pool, waits bool, b broken, n int) outcomeOf {
	t.Helper()
	if !b.silent {
		return ask(t, p, waits, fill, n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	return askUnder(t, ctx, p, waits, fill, n)
}

// Whoever waits for a reply that comes on the pipe where he does not look is told, without
// a deadline. The first calls may not be such ones: a worker that starts, or whose owner
// has just settled its last call, is not idle yet.
func TestG1_DirectReplyOnTheOtherPipe(t *testing.T) {
	p := faultyPool(t, 1)
	o := ask(t, p, true, fill, order(faultOtherPipe, 1, 9))
	for o.right() {
		o = ask(t, p, true, fill, order(faultOtherPipe, 1, 9))
	}
	if !errors.Is(o.err, runtime.ErrCrashed) {
		t.Errorf("%d bytes, %v", len(o.got), o.err)
	}
	sound(t, p, true)
}

// A board that says anything makes calls of its worker fail, or run again, and no more:
// none gets what is another's.
func TestG12_HostileBoard(t *testing.T) {
	p := faultyPool(t, 2)
	for k := range 25 {
		futures := []*runtime.Future[[]byte]{submit(within(t), p, fill, order(faultBoard, k, 100))}
		for i := range 40 {
			futures = append(futures, submit(within(t), p, fill, order(faultNone, k, i)))
		}
		for i, f := range futures {
			got, err := f.Result(within(t))
			size := i - 1
			if i == 0 {
				size = 100
			}
			if o := (outcomeOf{size, got, err}); !fails(nil, runtime.ErrCrashed)(o) {
				t.Fatalf("round %d, call %d: %d bytes, %v", k, i, len(got), err)
			}
		}
		survives(t, p, k%2 == 0)
	}
}

// A call that its worker was about to begin when it was withdrawn, so that both saw the
// other, did not run there, and runs again.
func TestG5_WithdrawnTooLate(t *testing.T) {
	p := faultyPool(t, 1)
	for range 40 {
		var futures []*runtime.Future[[]byte]
		for i := range 60 {
			fault := faultNone
			if i == 30 {
				fault = faultLate
			}
			futures = append(futures, submit(within(t), p, fill, order(fault, 0, i)))
		}
		for i, f := range futures {
			got, err := f.Result(within(t))
			if o := (outcomeOf{i, got, err}); !o.right() {
				t.Fatalf("call %d: %d bytes, %v", i, len(got), err)
			}
		}
	}
}

// Of a batch, outcomes that have come do not come again, whatever the board says: they
// would be taken for those of other items.
func TestG12_HostileBoardOfABatch(t *testing.T) {
	starts := t.TempDir() + "/starts"
	os.WriteFile(starts, nil, 0o600)
	c := otherProgram(t, "PROCESS_TEST_CHILD=faulty", "PROCESS_TEST_STARTS="+starts)
	p := newPool(t, c)
	sizes := []int{10, 20, 30, 40}
	got, err := runtime.Map(within(t), p, fill, sizes, runtime.Chunk(4), runtime.ContinueOnError())
	failed, ok := errors.AsType[*runtime.ItemError](err)
	if !ok || failed.Index != 2 || !errors.Is(err, runtime.ErrCrashed) {
		t.Errorf("got %v", err)
	}
	for i, b := range got {
		if len(b) != sizes[i] && i != 2 {
			t.Errorf("item %d has %d bytes, not %d", i, len(b), sizes[i])
		}
	}
}
