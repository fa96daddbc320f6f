package runtime

import "context"

// An Executor decides where and when calls run. It is the one extension point:
// decorate it as one decorates an http.RoundTripper. A decorator that has the
// method Unwrap() Executor lets Map and Stream see what is inside: how many
// workers there are, and whether a [Limit] counts calls.
type Executor interface {
	// Submit accepts c and returns; c settles later. It blocks only while a
	// bounded queue is full, and until ctx ends at the longest. It returns no
	// error: a call that is refused is settled with [Record.Fail]. Any number
	// of goroutines may call it at once.
	Submit(ctx context.Context, c Call)
}

// Local is an executor that runs calls in this process. Tasks marked local,
// whose arguments cannot leave it, accept no other.
type Local interface {
	Executor

	// Local does nothing. It marks executors that hand every call to its Run
	// in this process.
	Local()
}

// Inline runs each call on the goroutine that submits it, so that Submit
// returns a settled future: for tests and debugging. A task that calls
// runtime.Goexit settles its future and ends that goroutine, as it would
// anywhere else; t.FailNow in a task therefore works.
var Inline Local = inline{}

type inline struct{}

func (inline) Local() {}

func (inline) Submit(_ context.Context, c Call) { c.Run() }
