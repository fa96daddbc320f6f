package runtime

import (
	"context"

	"github.com/offing-go/offing/runtime/wire"
)

// A funcCall is one call of a [Func] on its way through an executor: its argument, its
// state and its future in one object, of 64 bytes for an int of an int. Which Func it is
// its Record knows, as the number of the task: a pointer would be eight bytes more, and
// with them half a cache line.
type funcCall[A, R any] struct {
	arg     A          // dropped by Run; first, since at the end one without size would take eight bytes
	promise Promise[R] // initialised with the task of a Func[A, R] that Define has returned
}

// Submit submits a call of f, which [Define] has returned, with arg to ex and returns its
// future.
//
// It is for generated code only; programs call SubmitX.
func Submit[A, R any](ctx context.Context, ex Executor, f *Func[A, R], arg A) *Future[R] {
	c := &funcCall[A, R]{arg: arg}
	c.promise.Init(ctx, &f.Task)
	ex.Submit(ctx, c)
	return c.promise.Future()
}

// SubmitAll submits a call of f for each of args to ex, in order, and returns their
// futures. The calls are one piece of memory, which each of the futures keeps alive.
//
// It is for generated code only; programs call SubmitAllX.
func SubmitAll[A, R any](ctx context.Context, ex Executor, f *Func[A, R], args []A) []*Future[R] {
	calls := make([]funcCall[A, R], len(args))
	futures := make([]*Future[R], len(args))
	for i := range calls {
		c := &calls[i]
		c.arg = args[i]
		c.promise.Init(ctx, &f.Task)
		futures[i] = c.promise.Future()
	}
	submitCalls(ctx, ex, len(calls), func(i int) Call { return &calls[i] })
	return futures
}

func (c *funcCall[A, R]) f() *Func[A, R] { return c.promise.Record().Task().def.(*Func[A, R]) }

// Record is [Call.Record].
func (c *funcCall[A, R]) Record() *Record { return c.promise.Record() }

// Run is [Call.Run].
func (c *funcCall[A, R]) Run() {
	arg := c.arg
	c.arg = *new(A)
	if !c.promise.Start() {
		return
	}
	defer c.promise.Recover()
	c.promise.Return(c.f().Retry(c.promise.Context(), arg))
}

// AppendArgs is [Call.AppendArgs].
func (c *funcCall[A, R]) AppendArgs(b []byte) ([]byte, error) {
	f := c.f()
	if f.AppendArg == nil {
		return b, ErrEncoding // a local task on an executor that only says it is Local
	}
	return f.AppendArg(b, c.arg)
}

// Deliver is [Call.Deliver].
func (c *funcCall[A, R]) Deliver(reply *wire.Reader) { c.f().Deliver(&c.promise, reply) }
