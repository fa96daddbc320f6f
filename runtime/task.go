package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime/wire"
)

// A Task describes one annotated function to executors. Generated code
// defines it; it is read only once defined.
//
// It is for generated code and executors only.
type Task struct {
	Name    string        // import path, a dot, the function's name
	Shape   string        // canonical text of parameters and results; empty for a local task
	Timeout time.Duration // from the directive; 0 for none
	Retries int           // from the directive; how often a failed call is tried again

	// Handler runs one call on encoded arguments, Batch several in one go.
	// Both are nil for a local task.
	Handler Handler
	Batch   BatchHandler

	// Replay runs one call on encoded arguments for a user who looks on, and
	// returns its result as text: once, without retries, and a panic is not
	// caught. item is that of a batch to run, or -1 if args are no batch. It is
	// nil for a local task.
	Replay func(ctx context.Context, args []byte, item int) (result string, err error)

	id  uint32     // index in the table of tasks, from 1
	def definition // nil for one that was registered without
}

// A definition is what a task was defined by: a *Func or a *Method.
type definition interface {
	handle(ctx context.Context, args *wire.Reader, reply []byte) ([]byte, error)
	handleBatch(ctx context.Context, args *wire.Reader, out Outcomes) error
	replay(ctx context.Context, args []byte, item int) (result string, err error)
}

// define registers t, which d defines and other processes can run if it travels.
func (t *Task) define(d definition, travels bool) {
	t.def = d
	if travels {
		t.Handler, t.Batch, t.Replay = d.handle, d.handleBatch, d.replay
	}
	Register(t)
}

// A Handler decodes args, calls the task under ctx and appends the encoded
// outcome, the task's error included, to reply. An error of its own means that
// args could not be decoded, and that the task did not run. It has read args to the
// end before the task runs, and does not keep it.
//
// It is for generated code and executors only.
type Handler func(ctx context.Context, args *wire.Reader, reply []byte) ([]byte, error)

// A BatchHandler decodes args as a batch of items, to the end, and calls the task for
// each in turn. It puts each outcome into out before it starts the next item, so
// that whoever counts outcomes knows which item runs, and returns when out says that no
// more are to run. Its error is as a Handler's.
//
// It is for generated code and executors only.
type BatchHandler func(ctx context.Context, args *wire.Reader, out Outcomes) error

// tasks is the one table that init fills: registration is the only global
// state of this package, and it is read without a lock.
var tasks struct {
	mu     sync.Mutex // held by Register
	all    atomic.Pointer[[]*Task]
	byName map[string]*Task // guarded by mu
}

// Register adds t to the tasks that this program knows. It is called by [Define] and
// its like, from package initialisation only, and panics if the name is taken: that is
// a mistake of the build, not of a call.
//
// It is for those who define tasks otherwise than by generated code only.
func Register(t *Task) {
	tasks.mu.Lock()
	defer tasks.mu.Unlock()
	if tasks.byName == nil {
		tasks.byName = map[string]*Task{}
	}
	if tasks.byName[t.Name] != nil {
		panic(fmt.Sprintf("offing: task %s is registered twice", t.Name))
	}
	tasks.byName[t.Name] = t
	all := append(slices.Clone(allTasks()), t)
	t.id = uint32(len(all))
	tasks.all.Store(&all)
}

func allTasks() []*Task {
	if all := tasks.all.Load(); all != nil {
		return *all
	}
	return nil
}

// noTask stands for calls that have none, such as those of [Then].
var noTask = &Task{Name: "then"}

func taskByID(id uint32) *Task {
	if id == 0 {
		return noTask
	}
	return allTasks()[id-1]
}

// Tasks returns the tasks of this program that can run in another process, in
// order of name. Two programs with equal [Fingerprint] return the same list, so
// a position in it identifies a task between them.
//
// It is for executors only.
func Tasks() []*Task {
	list := slices.DeleteFunc(slices.Clone(allTasks()), func(t *Task) bool { return t.Handler == nil })
	slices.SortFunc(list, func(a, b *Task) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Fingerprint identifies names and shapes of [Tasks] and [RegisteredErrors]:
// programs that differ in one of them differ in it.
//
// It is for executors only.
func Fingerprint() uint64 {
	h, line := fnv.New64a(), []byte(nil)
	write := func(prefix, name, shape string) {
		line = strconv.AppendQuote(append(line[:0], prefix...), name)
		line = strconv.AppendQuote(append(line, ' '), shape)
		h.Write(append(line, '\n'))
	}
	for _, t := range Tasks() {
		write("", t.Name, t.Shape)
	}
	for _, e := range RegisteredErrors() {
		write("error ", e.Name, e.Shape)
	}
	return h.Sum64()
}

// A Func is a task with its types: how to call it, and how its argument and
// result are encoded. A task with several parameters takes them as one struct,
// a task with several results returns them as one.
//
// It is for generated code only.
type Func[A, R any] struct {
	Task

	// Call calls the function.
	Call func(ctx context.Context, arg A) (R, error)

	// Each calls the function for items in order, there is at least one, until one
	// fails, whose error it returns, or the run is over. It is Call in a loop, with a
	// call that the compiler knows: for a trivial item that is a fifth of the time. It
	// is nil for a task whose items do not travel together.
	Each func(ctx context.Context, run *Run, items []A, results []R) error

	// The codec; nil for a local task. What is appended before an error is of no
	// use. What reads is given a pointer to a zero value, which it fills and does not
	// keep: it may be on a stack, see [wire.Lend]. One that is returned would be copied
	// twice on its way.
	AppendArg    func(b []byte, arg A) ([]byte, error)
	ReadArg      func(r *wire.Reader, arg *A)
	AppendResult func(b []byte, res R) ([]byte, error)
	ReadResult   func(r *wire.Reader, res *R)

	// The codec of the items of a batch, which are one value, as an argument of type
	// []A is: numbers are one copy, and memory is made once, for as many items as the
	// input can hold. AppendItems does not keep items, nor change them. What ReadItems
	// made belongs to the caller, who looks at none of it after a failure.
	AppendItems func(b []byte, items []A) ([]byte, error)
	ReadItems   func(r *wire.Reader, items *[]A)
}

// Define registers f's task and returns f. Generated code calls it from the
// initialisation of a package variable. It panics if the task has a codec of one
// argument and none of many: that is code which an older tool wrote.
//
// It is for generated code only.
func Define[A, R any](f *Func[A, R]) *Func[A, R] {
	if f.ReadArg != nil && (f.AppendItems == nil || f.ReadItems == nil) {
		panic(fmt.Sprintf("offing: task %s has no codec of many arguments: run \"go generate\" again", f.Name))
	}
	f.define(f, f.ReadArg != nil)
	return f
}

// readArg reads the argument of one call. A method of the user's types that panics
// makes it a bad one.
func (f *Func[A, R]) readArg(args *wire.Reader) (arg A, err error) {
	defer recoverCodec(&err)
	f.ReadArg(args, wire.Lend(&arg))
	return arg, args.Finish()
}

// recoverCodec turns a panic of a codec, which calls methods of the user's types,
// into an error. It must be deferred.
func recoverCodec(err *error) {
	if p := recover(); p != nil {
		*err = errors.New("panic: " + PanicText(p))
	}
}

// lostResult is the error of a call whose result cannot be encoded, or decoded.
func (f *Func[A, R]) lostResult(bad error) error {
	return &TaskError{Task: f.Name, Started: true, Err: &encodingError{"result", bad}}
}

// tryResult is AppendResult, which may call methods of the user's types.
func (f *Func[A, R]) tryResult(b []byte, v R) (out []byte, err error) {
	defer recoverCodec(&err)
	return f.AppendResult(b, v)
}

// readOutcome reads what appendOutcome appended, and nothing else. A method of the
// user's types that panics makes it a bad one.
func (f *Func[A, R]) readOutcome(reply *wire.Reader) (v R, err, bad error) {
	done := false
	defer func() { // as recoverCodec, which asks for a panic each time: that is not for nothing
		if !done {
			if p := recover(); p != nil {
				bad = errors.New("panic: " + PanicText(p))
			}
		}
	}()
	if reply.Present() {
		f.ReadResult(reply, wire.Lend(&v))
	}
	if !reply.SkipPair(nodeNil, 0) { // which ReadError would take for nil, too, with more ado
		err = ReadError(reply)
	}
	bad = reply.Finish()
	done = true
	return v, err, bad
}

// explain returns the error that a task under ctx returned as its caller is to see it.
func explain(ctx context.Context, err error) error {
	noteDiscard(ctx, err)
	err, _ = becauseEnded(ctx, err) // while the cause has its identity
	return err
}

// Deliver decodes an encoded outcome and settles p with it.
//
// It is for calls only, those of tests of executors among them.
func (f *Func[A, R]) Deliver(p *Promise[R], reply *wire.Reader) {
	if f.ReadResult == nil {
		p.Record().Fail(ErrEncoding) // of a local task there is none
		return
	}
	v, err, bad := f.readOutcome(reply)
	if bad != nil {
		p.Record().Fail(&encodingError{"result", bad})
		return
	}
	if panicked, ok := remotePanic(err); ok {
		p.Record().reportUnobserved(panicked)
	}
	p.arrive(v, err)
}

// remotePanic returns the panic that a handler turned into err.
func remotePanic(err error) (*PanicError, bool) {
	lost, ok := err.(*TaskError)
	if !ok {
		return nil, false
	}
	p, ok := lost.Err.(*PanicError)
	return p, ok
}

// encodingError is ErrEncoding with what and why.
type encodingError struct {
	what string
	err  error
}

func (e *encodingError) Error() string {
	return e.what + " " + ErrEncoding.Error() + ": " + e.err.Error()
}

func (e *encodingError) Unwrap() []error { return []error{ErrEncoding, e.err} }
