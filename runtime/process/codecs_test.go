//go:build linux

package process_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"sync"
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
