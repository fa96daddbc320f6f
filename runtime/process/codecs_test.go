//go:build linux

package process_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

// Codecs of arguments that block, or end the goroutine: what that costs others.

// A codecs is what the codec of coded does for some arguments: each is called once.
var codecs struct {
	mu   sync.Mutex
	next int
	of   map[int]func() error
}

// coded returns its argument.
var coded = define(&runtime.Func[int, int]{
	Task: runtime.Task{Name: "process_test.Coded", Shape: "func(int) int"},
	Call: func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: func(b []byte, n int) ([]byte, error) {
		codecs.mu.Lock()
		do := codecs.of[n]
		delete(codecs.of, n)
		codecs.mu.Unlock()
		if do != nil {
			if err := do(); err != nil {
				return b, err
			}
		}
		return wire.AppendInt(b, n), nil
	},
	ReadArg: wire.Into((*wire.Reader).Int), AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
})

// whose returns an argument of coded whose codec calls do.
func whose(do func()) int { return failing(func() error { do(); return nil }) }

// failing is whose for a codec that fails with what do returns.
func failing(do func() error) int {
	codecs.mu.Lock()
	defer codecs.mu.Unlock()
	if codecs.of == nil {
		codecs.of = map[int]func() error{}
	}
	codecs.next++
	codecs.of[codecs.next] = do
	return codecs.next
}

// blocked returns an argument of coded whose codec closes inside, and blocks until release
// is called, or the test is over.
func blocked(t *testing.T) (arg int, inside chan struct{}, release func()) {
	inside, gate := make(chan struct{}), make(chan struct{})
	release = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(release)
	return whose(func() { close(inside); <-gate }), inside, release
}

// unwanted are codecs that nobody wants on his goroutine.
var unwanted = map[string]func(t *testing.T) (arg int){
	"ends the goroutine": func(*testing.T) int { return whose(goruntime.Goexit) },
	"blocks":             func(t *testing.T) int { arg, _, _ := blocked(t); return arg },
}

// returns runs f on a goroutine of its own, which must not be ended otherwise than by its
// return.
func returns(f func()) (wait func(t *testing.T)) {
	returned, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		f()
		close(returned)
	}()
	return func(t *testing.T) {
		t.Helper()
		soon(t, "the end of the caller", ended)
		select {
		case <-returned:
		default:
			t.Error("the caller's goroutine was ended")
		}
	}
}

// Who calls has nothing to do with the codec of a call that his worker gets next.
func TestG1_CodecOfAnotherBehindACall(t *testing.T) {
	for what, arg := range unwanted {
		t.Run(what, func(t *testing.T) {
			p := newPool(t, process.Config{Workers: 1})
			warm(t, p)
			g := newGates(t)
			wait := returns(func() { direct(t.Context(), p, gate, g.path("first")) })
			eventually(t, "it runs", func() bool { return g.begun() == 1 })
			submit(t.Context(), p, coded, arg(t))
			g.open("first")
			wait(t)
		})
	}
}

// Nor has who submits with that of a call that comes while his own is being encoded.
func TestG1_CodecOfAnotherBesideASubmit(t *testing.T) {
	for what, arg := range unwanted {
		for name, submits := range map[string]func(ctx context.Context, p *process.Pool, n int){
			"submit": func(ctx context.Context, p *process.Pool, n int) { submit(ctx, p, coded, n) },
			"call":   func(ctx context.Context, p *process.Pool, n int) { direct(ctx, p, coded, n) },
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 4})
				must(t, p, square, 3)
				first, inside, release := blocked(t)
				wait := returns(func() { submits(t.Context(), p, first) })
				<-inside
				submit(t.Context(), p, coded, arg(t)) // behind it, as the only worker is being fed
				release()
				wait(t)
			})
		}
	}
}

// A codec may wait for a call that runs beside it, in the worker that it encodes for.
func TestG7_CodecThatWaitsBesideLanes(t *testing.T) {
	t.Run("of the owner", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 2})
		g := newGates(t)
		g.submit(p, "first")
		second := g.submit(p, "second")
		eventually(t, "both run", func() bool { return g.begun() == 2 })
		f := submit(t.Context(), p, coded, whose(func() {
			g.open("second")
			second.Result(within(t))
		}))
		g.open("first") // its lane is for f, which the owner encodes
		soon(t, "the call whose codec waits", f.Done())
	})
	t.Run("of one who submits", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 3})
		g := newGates(t)
		first, second := g.submit(p, "first"), g.submit(p, "second")
		eventually(t, "both run", func() bool { return g.begun() == 2 })
		waits := whose(func() {
			g.open("first")
			first.Result(within(t)) // the owner looks what else the worker needs then
			g.open("second")
			second.Result(within(t))
		})
		done := make(chan struct{})
		go func() {
			defer close(done)
			submit(t.Context(), p, coded, waits).Result(within(t))
		}()
		soon(t, "the call whose codec waits", done)
	})
	t.Run("and ends the goroutine", func(t *testing.T) {
		p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 2})
		g := newGates(t)
		g.submit(p, "first")
		second := g.submit(p, "second")
		eventually(t, "both run", func() bool { return g.begun() == 2 })
		submit(t.Context(), p, coded, whose(func() {
			g.open("second")
			second.Result(within(t))
			goruntime.Goexit()
		}))
		last := submit(t.Context(), p, square, 3)
		g.open("first")
		if n, err := last.Result(within(t)); n != 9 || err != nil {
			t.Error(n, err)
		}
		if err := p.Shutdown(within(t)); err != nil {
			t.Error(err)
		}
	})
}

// The process of a worker may die while somebody stands in for its owner.
func TestG5_DeathBesideACodecThatBlocks(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, TasksPerWorker: 2})
	g := newGates(t)
	g.submit(p, "first")
	id := must(t, p, pid, 0)
	second := g.submit(p, "second")
	eventually(t, "both run", func() bool { return g.begun() == 2 })
	f := submit(t.Context(), p, coded, whose(func() {
		syscall.Kill(id, syscall.SIGKILL)
		eventually(t, "it is dead", func() bool { return !alive(id) })
	}))
	g.open("first")
	if _, err := f.Result(within(t)); err != nil {
		t.Error(err)
	}
	if _, err := second.Result(within(t)); !errors.Is(err, runtime.ErrCrashed) {
		t.Error(err)
	}
}

// A judged error is one whose method Is does anything.
type judged struct{ is func() }

func (judged) Error() string   { return "judged" }
func (j judged) Is(error) bool { j.is(); return false }

// Who settles a call asks the error of its codec what it is. That holds up nobody.
func TestG7_ErrorOfACodecThatIsAsked(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	must(t, p, square, 3)
	t.Run("waits", func(t *testing.T) {
		waits := judged{func() { must(t, p, square, 3) }}
		if _, err := do(t, p, coded, failing(func() error { return waits })); !errors.As(err, &waits) {
			t.Error(err)
		}
	})
	t.Run("ends the goroutine", func(t *testing.T) {
		f := submit(t.Context(), p, coded, failing(func() error { return judged{goruntime.Goexit} }))
		soon(t, "the call", f.Done())
		must(t, p, square, 3)
	})
	if err := p.Shutdown(within(t)); err != nil {
		t.Error(err)
	}
}

// A curious context is one whose methods ask the pool something.
type curious struct {
	context.Context
	pool *process.Pool
}

func (c curious) Deadline() (time.Time, bool) {
	c.pool.Workers()
	return c.Context.Deadline()
}

// Nothing of a worker is locked when the timeout of a task begins, for which methods of its
// call's context are called.
func TestG7_ContextOfACallThatTimesOut(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Grace: 5 * time.Millisecond})
	for _, ex := range []runtime.Executor{p, runtime.Waiting(t.Context(), p)} {
		ended := make(chan error, 1)
		go func() {
			_, err := submit(curious{t.Context(), p}, ex, timed, 1).Result(t.Context())
			ended <- err
		}()
		select {
		case err := <-ended:
			if !errors.Is(err, runtime.ErrTimeout) {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("it waits for itself")
		}
	}
}
