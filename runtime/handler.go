package runtime

import (
	"context"
	"errors"

	"github.com/offing-go/offing/runtime/wire"
)

// A stage is how far a handler is with a call. What panics may be the codec of the
// arguments, the task, or the codec of the result. One deferred function that knows which,
// and not one for each that asks for a panic, took an eighth off a trivial call in a worker.
type stage int

const (
	atArguments stage = iota
	atTask
	atResult
	atEnd
)

// handle is the Handler of f. A panic of the task is an outcome, and one of its codecs,
// which call methods of the user's types, is an error of theirs.
func (f *Func[A, R]) handle(ctx context.Context, args *wire.Reader, reply []byte) (out []byte, err error) {
	at := atArguments
	defer func() {
		if at == atEnd {
			return
		}
		if p := recover(); p != nil { // or it is a runtime.Goexit, which whoever runs the handler sees
			out, err = f.panicked(at, PanicText(p), reply)
		}
	}()
	var arg A
	f.ReadArg(args, wire.Lend(&arg))
	if bad := args.Finish(); bad != nil {
		at = atEnd
		return reply, &encodingError{"arguments", bad}
	}
	at = atTask
	v, failure := f.Retry(ctx, arg)
	if failure != nil {
		failure = explain(ctx, failure)
		at = atEnd
		return f.appendOutcome(reply, v, failure), nil
	}
	at = atResult
	out, bad := f.AppendResult(wire.AppendPresent(reply, true), v)
	at = atEnd
	if bad != nil {
		return f.appendLost(reply, bad), nil
	}
	return AppendError(out, nil), nil
}

// panicked is what handle returns after a panic with that text.
func (f *Func[A, R]) panicked(at stage, text string, reply []byte) ([]byte, error) {
	panicked := errors.New("panic: " + text)
	switch at {
	case atArguments:
		return reply, &encodingError{"arguments", panicked}
	case atResult:
		return f.appendLost(reply, panicked), nil
	}
	err := &TaskError{Task: f.Name, Started: true, Err: newPanicError(text)}
	return f.appendOutcome(reply, *new(R), err), nil
}

// appendOutcome appends whether there is a result, the result, and the error. A
// result that cannot be encoded is an error in its place.
func (f *Func[A, R]) appendOutcome(b []byte, v R, err error) []byte {
	out, bad := f.tryResult(wire.AppendPresent(b, true), v)
	if bad == nil {
		return AppendError(out, err)
	}
	return f.appendLost(b, bad)
}

// appendLost appends the outcome of a call whose result cannot be encoded.
func (f *Func[A, R]) appendLost(b []byte, bad error) []byte {
	return AppendError(wire.AppendPresent(b, false), f.lostResult(bad))
}
