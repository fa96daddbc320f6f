package runtime_test

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// A call of one's own, as an executor's tests may have: of a task that is not registered
// too, which those of runtime.Submit cannot be.

type call[A, R any] struct {
	runtime.Promise[R]
	f   *runtime.Func[A, R]
	arg A
}

func (c *call[A, R]) Run() {
	arg := c.arg
	var zero A
	c.arg = zero
	if !c.Start() {
		return
	}
	defer c.Recover()
	c.Return(c.f.Retry(c.Context(), arg))
}

func (c *call[A, R]) AppendArgs(b []byte) ([]byte, error) { return c.f.AppendArg(b, c.arg) }

func (c *call[A, R]) Deliver(reply *wire.Reader) { c.f.Deliver(&c.Promise, reply) }

func submit[A, R any](ctx context.Context, ex runtime.Executor, f *runtime.Func[A, R], arg A) *runtime.Future[R] {
	if f.Name != "" { // not inTest
		return runtime.Submit(ctx, ex, f, arg)
	}
	c := &call[A, R]{f: f, arg: arg}
	c.Init(ctx, &f.Task)
	ex.Submit(ctx, c)
	return c.Future()
}

// define defines a task whose items are encoded one by one, as one is that travels alone.
func define[A, R any](f *runtime.Func[A, R]) *runtime.Func[A, R] {
	f.AppendItems = func(b []byte, items []A) (_ []byte, err error) {
		b = wire.AppendCount(b, len(items), false)
		for _, item := range items {
			if b, err = f.AppendArg(b, item); err != nil {
				return b, err
			}
		}
		return b, nil
	}
	f.ReadItems = func(r *wire.Reader, items *[]A) {
		n, _ := r.Count(1)
		for r.Err() == nil && len(*items) < n {
			*items = append(*items, *new(A))
			f.ReadArg(r, &(*items)[len(*items)-1])
		}
	}
	return runtime.Define(f)
}

// intTask defines a task on ints.
func intTask(name string, options runtime.Task, fn func(context.Context, int) (int, error)) *runtime.Func[int, int] {
	options.Name = "runtime_test." + name
	return define(&runtime.Func[int, int]{
		Task: options, Call: fn,
		AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int),
		AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
	})
}

// localTask defines a task whose argument stays here.
func localTask[A, R any](name string, fn func(context.Context, A) (R, error)) *runtime.Func[A, R] {
	return runtime.Define(&runtime.Func[A, R]{Task: runtime.Task{Name: "runtime_test." + name}, Call: fn})
}

// inTest makes a task of a function that a test defines. It is not registered:
// a test may run twice.
func inTest(fn func(context.Context, int) (int, error)) *runtime.Func[int, int] {
	return &runtime.Func[int, int]{Call: fn}
}

var errOdd = errors.New("odd number")

var (
	square = intTask("Square", runtime.Task{}, func(_ context.Context, n int) (int, error) { return n * n, nil })
	half   = intTask("Half", runtime.Task{}, func(_ context.Context, n int) (int, error) {
		if n%2 != 0 {
			return 0, errOdd
		}
		return n / 2, nil
	})
	sleep = intTask("Sleep", runtime.Task{}, func(ctx context.Context, ms int) (int, error) {
		select {
		case <-time.After(time.Duration(ms) * time.Millisecond):
			return ms, nil
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	})
	hurried = intTask("Hurried", runtime.Task{Timeout: 50 * time.Millisecond}, sleep.Call)
	do      = localTask("Do", func(ctx context.Context, fn func(context.Context) (int, error)) (int, error) { return fn(ctx) })
)

// hold returns a task argument that blocks until release is called, and a
// channel that says how often it has begun.
func hold() (fn func(context.Context) (int, error), began chan struct{}, release func()) {
	began, gate := make(chan struct{}, 1000), make(chan struct{})
	return func(context.Context) (int, error) {
		began <- struct{}{}
		<-gate
		return 1, nil
	}, began, func() { close(gate) }
}

func seq(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
