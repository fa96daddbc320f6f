// Package runtime is the small runtime that generated code stands on.
//
// The tool offing (package cmd/offing) reads plain Go functions that are marked
// with //offing:task and writes typed functions for them: SubmitSquare,
// CallSquare, MapSquare, StreamSquare. Those take an [Executor], which decides
// where the call runs, and return a [Future] of the function's own result type.
//
//	                SubmitSquare(ctx, ex, 7)
//	                         |
//	              call{n, Promise[int]}               one allocation
//	                 |                 \
//	        ex.Submit(ctx, call)        *Future[int] -> Result, OnDone, AsCompleted
//	         /            \                  ^
//	runtime.Pool      process.Pool           | settle, once
//	     |                 |                 |
//	 call.Run      append args -> frame -> worker: decode, Square, encode
//	 no encoding           <- frame <- reply
//
// # Choosing an executor
//
// Use [Pool] for functions that wait or that share memory. Use process.Pool for
// functions that cannot be trusted to return: those that may crash, never end,
// leak, or corrupt memory. Use [Inline] in tests. The call sites are the same.
//
// # Guarantees
//
// The tests carry these numbers in their names.
//
//	G1   Every call settles exactly once, whatever dies.
//	G2   A settled future never changes; any number may wait for it.
//	G3   Cancel is true exactly when the outcome is ErrCanceled.
//	G4   A finished result beats an expired context.
//	G5   One crash costs one call: the one that was running fails, by an error
//	     value of its own; everything else of that worker runs elsewhere.
//	G6   Nothing outlives the pool. Worker processes and what they started die
//	     with the parent, even if it is killed. (A goroutine cannot be killed:
//	     a task that ignores its context keeps its goroutine until it returns.)
//	G7   Waiting inside a task, under its context, never deadlocks its pool.
//	G8   Panic, runtime.Goexit and os.Exit settle the future. A panic that
//	     nobody observed is reported to the logger.
//	G9   Back-pressure obeys the context.
//	G10  Calls start in the order of submission; results come in that of input.
//	     (Between worker processes the order of starts may be off by two
//	     milliseconds, as calls are sent to busy ones ahead of time.)
//	G11  No interface{} and no reflection on the path of a call, and one
//	     allocation.
//	G12  Hostile bytes never panic, and never allocate more than 16 times
//	     their length and a kilobyte.
//
// # Errors
//
// A task's own error is returned unchanged within a process. From a worker
// process it comes back as a tree of the same shape, so that errors.Is and
// errors.As find what they would have found there, of
//
//   - sentinels and types of your own that are marked //offing:error; a type
//     crosses with all its fields, errors among them;
//   - the sentinels of context, errors, io, io/fs, os, strconv, this package, and
//     os/exec where package process is used;
//   - *fs.PathError, *os.LinkError, *os.SyscallError, syscall.Errno,
//     *strconv.NumError, *exec.Error, and the types of this package;
//   - *json.SyntaxError, by its Offset: its text is that of a *RemoteError
//     around it;
//   - what wraps any of them, by fmt.Errorf, errors.Join or a method Unwrap.
//
// Every other error is a *[RemoteError] with its type's name and text. That is
// still what errors.Is compares with a value, such as net.ErrClosed, and a timeout
// as os.IsTimeout and net.Error ask for it. So is an error that cannot be
// encoded: a registered one that contains itself, or more than 63 others inside
// each other. A nil pointer in an error stays an error. An item of a Map
// or Stream has it inside an *[ItemError]. Everything else is a *[TaskError],
// whose Started tells whether a retry could repeat side effects, and which wraps
// one of these:
//
//	sentinel       when                                          retry?
//	ErrCanceled    Cancel, end of the submit context, Close      as you like: nothing failed
//	ErrTimeout     the task's timeout or the submit deadline     with more time
//	ErrClosed      submitted after Shutdown or Close             elsewhere
//	ErrQueueFull   no room, under NonBlocking                    later; it never started
//	ErrPanic       panic or runtime.Goexit in the task           no: a mistake in the task
//	ErrCrashed     the worker process died while running it, or  if Started is false, else if
//	               five did before they began it                 the task may run twice
//	ErrMemory      the worker process used too much memory       with a smaller input
//	ErrBroken      worker processes cannot be started            later; it never started
//	ErrEncoding    arguments or result did not pass the wire     no
//
// Details by errors.As: *[PanicError], *process.ExitError, *process.Aftermath. Waiting is not
// failing: the error of a wait whose own ctx ended is the cause of that ctx, and
// says nothing about the call.
//
// # What crosses to a worker process
//
// Arguments, results, errors, the deadline and cancellation. Context values do
// not. Within a process arguments are passed as in any Go call, so memory is
// shared; [RoundTrip] shows in a test what a worker process would see.
package runtime
