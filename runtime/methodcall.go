package runtime

import (
	"context"

	"github.com/offing-go/offing/runtime/wire"
)

// A methodCall is a funcCall of a [Method], which knows on whose states it is.
type methodCall[S, A, R any] struct {
	arg     A           // dropped by Run; first, as in a funcCall
	on      *Workers[S] // dropped by Run
	promise Promise[R]  // initialised with the task of a Method[S, A, R] that DefineMethod has returned
}

// SubmitOn submits a call of m, which [DefineMethod] has returned, with arg to w and
// returns its future.
//
// It is for generated code only; programs call SubmitX.
func SubmitOn[S, A, R any](ctx context.Context, w *Workers[S], m *Method[S, A, R], arg A) *Future[R] {
	c := &methodCall[S, A, R]{arg: arg, on: w}
	c.promise.Init(ctx, &m.Task)
	w.Submit(ctx, c)
	return c.promise.Future()
}

// SubmitAllOn is [SubmitAll] for a method.
//
// It is for generated code only; programs call SubmitAllX.
func SubmitAllOn[S, A, R any](ctx context.Context, w *Workers[S], m *Method[S, A, R], args []A) []*Future[R] {
	calls := make([]methodCall[S, A, R], len(args))
	futures := make([]*Future[R], len(args))
	for i := range calls {
		c := &calls[i]
		c.arg, c.on = args[i], w
		c.promise.Init(ctx, &m.Task)
		futures[i] = c.promise.Future()
	}
	submitCalls(ctx, w, len(calls), func(i int) Call { return &calls[i] })
	return futures
}

func (c *methodCall[S, A, R]) m() *Method[S, A, R] {
	return c.promise.Record().Task().def.(*Method[S, A, R])
}

// Record is [Call.Record].
func (c *methodCall[S, A, R]) Record() *Record { return c.promise.Record() }

// Run is [Call.Run].
func (c *methodCall[S, A, R]) Run() {
	arg, on := c.arg, c.on
	c.arg, c.on = *new(A), nil
	if !c.promise.Start() {
		return
	}
	defer c.promise.Recover()
	c.promise.Return(c.m().runOn(c.promise.Context(), on, arg))
}

// AppendArgs is [Call.AppendArgs].
func (c *methodCall[S, A, R]) AppendArgs(b []byte) ([]byte, error) {
	return c.m().appendOn(b, c.on, c.arg)
}

// Deliver is [Call.Deliver].
func (c *methodCall[S, A, R]) Deliver(reply *wire.Reader) { c.m().Deliver(&c.promise, reply) }
