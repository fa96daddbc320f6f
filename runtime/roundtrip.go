package runtime

import (
	"context"

	"github.com/offing-go/offing/runtime/internal/part"
	"github.com/offing-go/offing/runtime/wire"
)

// RoundTrip returns an executor that runs calls on ex, in this process, but
// passes arguments and results through their encoding, as a worker process
// would: for tests that want to see shared memory and lost fields before
// production does. Local tasks have no encoding and do not accept it.
func RoundTrip(ex Local) Executor {
	return &decorator{inner: ex, encodes: true, submit: func(ctx context.Context, c Call) { ex.Submit(ctx, &roundTrip{c}) }}
}

// roundTrip is a call that runs by its handler.
type roundTrip struct{ Call }

func (c *roundTrip) Run() {
	r := c.Record()
	defer c.Call.Run() // cannot start any more; drops the arguments
	if r.Settled() {
		return
	}
	args, err := c.tryArgs()
	if err != nil {
		r.Fail(&encodingError{"arguments", err})
		return
	}
	if !r.Start() {
		return
	}
	defer r.recoverGoexit()
	reader := wire.NewReader(args)
	if b, ok := c.Call.(batched); ok && b.Batch() {
		err = r.Task().Batch(r.Context(), &reader, &handOver{call: c.Call})
	} else {
		var reply []byte
		if reply, err = r.Task().Handler(r.Context(), &reader, nil); err == nil {
			reader.Start(reply)
			c.Deliver(&reader)
		}
	}
	switch {
	case err != nil:
		r.Fail(err)
	case r.Context().Err() != nil:
		r.end(endedBy(r.Context())) // a batch stops then, with outcomes missing
	}
}

// A handOver delivers each outcome of a batch at once.
type handOver struct {
	call   Call
	part   []byte
	reader wire.Reader
}

// Room implements Outcomes.
func (o *handOver) Room() []byte { return nil }

// Put implements Outcomes.
func (o *handOver) Put(outcome []byte, plain bool) (room []byte, more bool) {
	o.part = part.Append(o.part[:0], outcome, plain)
	o.reader.Start(o.part)
	o.call.Deliver(&o.reader)
	return outcome[:0], o.call.Record().Context().Err() == nil
}

// tryArgs is AppendArgs, which may call methods of the user's types. One that ends the
// goroutine settles the call.
func (c *roundTrip) tryArgs() (args []byte, err error) {
	returned := false
	defer func() {
		if !returned {
			c.Record().Fail(&encodingError{"arguments", newPanicError(goexit)})
		}
	}()
	args, err = c.appendArgs()
	returned = true
	return args, err
}

func (c *roundTrip) appendArgs() (args []byte, err error) {
	defer recoverCodec(&err)
	return c.AppendArgs(nil)
}

// batched is implemented by calls whose arguments are for Task.Batch.
type batched interface{ Batch() bool }

// recoverGoexit settles a call whose handler ended the goroutine. Handlers turn
// panics into outcomes, so nothing is recovered here.
func (r *Record) recoverGoexit() {
	if r.state.Load() == running {
		r.recovered(goexit, false)
	}
}
