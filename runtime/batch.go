package runtime

import (
	"context"
	"errors"

	"github.com/offing-go/offing/runtime/wire"
)

// Outcomes takes what came of the items of a batch, one after the other. It belongs
// to the goroutine that runs them.
//
// It is for executors only.
type Outcomes interface {
	// Room returns memory to which the next outcome is to be appended. What it
	// returned before is of no use any more.
	Room() []byte

	// Put takes the next outcome, which was appended to the room that was returned
	// last, and may have outgrown it. It has arrived, and counts whatever becomes of
	// this process, when Put returns. plain says that it is a result only. Put returns
	// the room for the next one, and whether more items are to run.
	Put(outcome []byte, plain bool) (room []byte, more bool)
}

// A batchRun is the items of a batch on their way through a handler.
type batchRun[A, R any] struct {
	f     *Func[A, R]
	items []A
	goOn  bool // after a failure
	out   Outcomes
	at    int  // the item that runs, or whose result is being encoded; len(items) at the end
	ran   bool // it has returned
}

// handleBatch is the BatchHandler of f. Arguments: whether to go on after a
// failure, then the items as a slice.
func (f *Func[A, R]) handleBatch(ctx context.Context, args *wire.Reader, out Outcomes) error {
	goOn := args.Bool()
	return f.runBatch(ctx, goOn, args, out)
}

// runBatch is handleBatch after the first argument.
func (f *Func[A, R]) runBatch(ctx context.Context, goOn bool, args *wire.Reader, out Outcomes) error {
	b := batchRun[A, R]{f: f, goOn: goOn, out: out}
	if err := b.read(args); err != nil {
		return err
	}
	call := f.Call
	if f.Retries > 0 {
		call = f.Retry
	}
	for b.at < len(b.items) && ctx.Err() == nil { // once it was ended, nobody waits for the rest
		b.run(ctx, call)
	}
	return nil
}

// read reads the items that a chunk appended.
func (b *batchRun[A, R]) read(r *wire.Reader) (err error) {
	defer func() {
		if err != nil {
			err = &encodingError{"arguments", err}
		}
	}()
	defer recoverCodec(&err)
	b.f.ReadItems(r, wire.Lend(&b.items))
	return r.Finish()
}

// run runs items until one panics, or its codec does, which is that item's outcome.
// One deferred call for all of them, and not one each, is what keeps a trivial item
// cheap.
func (b *batchRun[A, R]) run(ctx context.Context, call func(context.Context, A) (R, error)) {
	defer func() {
		if b.at == len(b.items) {
			return
		}
		if p := recover(); p != nil {
			b.panicked(PanicText(p))
		}
	}()
	b.each(ctx, call)
}

// each is run without its end, apart for the reason that chunk.each is.
func (b *batchRun[A, R]) each(ctx context.Context, call func(context.Context, A) (R, error)) {
	f, items, out := b.f, b.items, b.out
	room, more := out.Room(), true
	for i := b.at; i < len(items) && more; i++ {
		b.at, b.ran = i, false
		v, err := call(ctx, items[i])
		b.ran = true
		if err == nil {
			var outcome []byte
			if outcome, err = f.AppendResult(room, v); err == nil {
				room, more = out.Put(outcome, true)
				continue
			}
			err = f.lostResult(err)
		} else {
			err = explain(ctx, err)
		}
		room, more = b.failed(room, v, err)
	}
	b.at = len(items)
}

// panicked gives the item that runs its outcome, and has the next one run.
func (b *batchRun[A, R]) panicked(text string) {
	var err error = &TaskError{Task: b.f.Name, Started: true, Err: newPanicError(text)}
	if b.ran {
		err = b.f.lostResult(errors.New("panic: " + text))
	}
	if _, more := b.failed(b.out.Room(), *new(R), err); more {
		b.at++
	} else {
		b.at = len(b.items)
	}
}

// failed puts the outcome of an item that failed.
func (b *batchRun[A, R]) failed(room []byte, v R, err error) (_ []byte, more bool) {
	room, more = b.out.Put(b.f.appendOutcome(room, v, err), false)
	return room, more && b.goOn
}
