package runtime

import "github.com/offing-go/offing/runtime/wire"

// A Call is one invocation of a task on its way through an executor, which treats it
// as opaque: one of [Submit] and its like, or several items of a [Map] or [Stream].
//
// It is for executors only. An executor either calls Run, or sends what AppendArgs
// appends to somewhere else and hands what comes back to Deliver. Whichever way, it must
// settle every call that it accepted (G1): if all else fails by [Record.Fail]. None of
// the methods may be called by two goroutines at once.
type Call interface {
	// Record returns the call's state, context and task.
	Record() *Record

	// Run runs the task on the calling goroutine and settles the call, even
	// if the task panics or calls runtime.Goexit. It does nothing if the call
	// cannot start any more. It drops the arguments, so it is called at most
	// once.
	Run()

	// AppendArgs appends the encoded arguments to b. It may be called again,
	// for a call that has to be sent again.
	AppendArgs(b []byte) ([]byte, error)

	// Deliver takes what a Handler appended, from wherever it ran, and settles
	// the call. That of a batch takes outcomes of the next items, as many as there
	// are, in the form of package internal/part; the last one settles the call, and a
	// part that cannot be is left as a failure in reply. Deliver reads reply to the end
	// before it settles anything, does not keep it and trusts nothing in it. The call
	// must have been started.
	Deliver(reply *wire.Reader)
}
