// Package process runs calls in worker processes: code that crashes, hangs or
// leaks costs one call, never the program.
//
//	func main() {
//		process.Main() // first: the workers are this same program
//
//		pool, err := process.NewPool(process.Config{Workers: 3})
//		...
//		defer pool.Close()
//		n, err := tasks.CallSquare(ctx, pool, 7)
//	}
//
// # A worker
//
// A worker is this program, started again with a mark in its environment that
// [Main] finds and removes. It leads a process group of its own, so Ctrl-C at
// the terminal reaches the parent alone, and a kill reaches what the tasks
// started. What tasks print goes to the pool's logger, line by line; standard
// input is empty. Calls travel on pipes apart from the standard ones, so that
// nothing which a task prints or closes disturbs them:
//
//	pool                                            worker
//	      tasks     --- call: id, task, deadline -->  one goroutine: read, run, reply
//	      results   <-- outcome or failure ---------
//	      direct    <-- the same, for CallX --------  read by the goroutine that waits
//	      control   --- cancel: id ---------------->  one goroutine: ends the task's context
//	      lifeline  ------------------------------->  nobody reads: the kernel watches its end
//	      memory    <== what began, what is done ===  shared (Linux): see below
//	                === long arguments, results ===
//	      stdout, stderr <--------------------------  whatever the tasks write
//
// # What waits inside a worker
//
// A call that goes to a worker and comes back takes some ten microseconds, in which a
// worker that waits for the next one does nothing. So on Linux a worker that runs short
// calls is sent those ahead that it will run in the next 400 microseconds or so, going by
// how long they have taken: hundreds of a microsecond, none that takes a millisecond.
// Their replies share a write, which waits 20 microseconds at most while short calls
// follow each other, and a millisecond at most when one takes longer; replies to calls of
// 20 microseconds and more are written at once.
//
// Calls of less than five microseconds keep about as many workers busy as there are
// processors, as others would only take turns with those. If a call turns out to
// take longer, or a callback does, what is queued goes to the others within some
// milliseconds.
//
// A call that waits there is pending, as if it were in the queue: it can be canceled and
// never runs then, runs elsewhere if its worker dies, and goes back to the queue within
// two milliseconds if a call before it takes long. For so long a later call may be ahead
// of it in another worker that was free: this is what G10 allows. So may those that a
// successor begins while a worker that died is being buried.
//
// The pool knows exactly how far a worker has come, as that stands in memory that both
// share, and so do replies that are complete and not sent yet: a worker that dies takes one
// call with it, however many it had.
//
// Who waits for the only call of its pool, as CallX does, stays awake for it for up to 50
// microseconds on Linux, if there are two processors, and so does the worker for the next
// one: to be woken costs more than such a call. Both give way to whatever thread wants their
// processor, and sleep for a number of calls after they have waited in vain, or for long. So
// a worker that had such calls may use 50 microseconds of a processor after the last one.
//
// Map and Stream send chunks, of about a millisecond, and have the results of many items
// back at once.
//
// # Several calls at once
//
// With [Config.TasksPerWorker] a worker runs several calls, on goroutines, for tasks that
// wait for something. They share the process: if it dies, all that run in it fail.
//
// # Long arguments and results
//
// From 4 KiB on they travel in memory that pool and worker share, where there is room for
// them, and are copied once on each side: what a task gets, and what a caller gets, is
// memory of its own. See [Config.SharedMemory].
//
// # State of workers
//
// What a constructor marked //offing:state returns is opened in each process by the first
// call that needs it, for each constructor and its arguments apart: see runtime.Workers.
// With TasksPerWorker there are as many as calls have run at once. If a constructor fails,
// so does its call, with that error, and the next call tries again; one that ends the
// process costs its call, as a task would.
//
//	start ... first call ... call ..... last call ... end in peace ...... exit
//	          open                                    close the states    killed after Config.Grace
//
// A process ends in peace by Shutdown, Resize, MaxTasks, MaxAge, RecycleMemory or
// IdleTimeout, or as a task returned runtime.Discard. It closes its states once its calls
// are over and their outcomes are sent. Nobody waits for that but Shutdown; what fails is
// logged as output of the worker. A state whose task panicked is closed beside the calls
// of others, and the next call opens another when that is done. States of a process that
// is killed, as by Close of the pool, die with it: what must not be lost belongs elsewhere.
//
// [WorkerInfo] and Stats tell of the states, as the workers do when they have nothing else
// to do.
//
// # What a death costs
//
// A worker that dies takes the call down that it ran, and no other (G5), but for
// [Config.TasksPerWorker]. That
// call fails with runtime.ErrCrashed and an [ExitError] that says how: exit
// status or signal, the header of a Go fatal error, the end of standard error.
// A call that was on its way to the worker but had not begun goes to another
// one. A call of a task with retries=N is run again, at most N times.
//
// # What the end of a call costs
//
// A call that is canceled or times out settles at once. Its task's context ends
// too; if the task has not returned within Config.Grace, the worker's process
// group is killed and replaced. A call that was killed for time is not retried.
//
// # What memory costs
//
// [Config.Memory] bounds each worker. On Linux its resident memory is looked at
// every 10 milliseconds, and the kernel's limit on what it maps stands behind
// that; a worker over it is killed, and the call that it ran fails with
// runtime.ErrMemory, which says how much was used and allowed. Everywhere the
// garbage collector is told to work before (GOMEMLIMIT). [Config.RecycleMemory] is
// the gentle form: a worker above it is replaced between two calls. When the
// machine itself has no memory left, Linux ends a worker first.
//
// The heap of a worker counts 16 MB that nobody uses, from its first garbage
// collection on, so that it is collected at twice what is kept and 16 MB more, where
// a small one would be at 4 MB again and again: calls of 64 KiB take a fifth less
// time by that. They are address space and not memory as a rule, and what runtime.MemStats
// and heap profiles of a worker say is that much higher. There are none with
// Config.Memory, Config.RecycleMemory, or GOGC or GOMEMLIMIT in the worker's
// environment ([Config.Env]); GOGC=100 is what Go does by itself. Other bounds, as
// that of a container, are not looked at.
//
// # What a start costs
//
// A process takes milliseconds to start. With [Config.Spare] one is always ready
// beside those that serve, and takes the place of whichever dies. A worker that
// is to be replaced, by MaxTasks, MaxAge or RecycleMemory, has its successor
// started before it leaves; between the two there is one process more.
//
// # What the end of the parent costs
//
// Workers, and what they started, do not outlive the parent (G6), even if it is
// killed with SIGKILL. On Linux the kernel sees to it, whatever state a worker
// is in. On other Unix systems a goroutine of the worker does, which takes a Go
// runtime that still schedules. On Windows each worker is in a job object that
// ends with the parent. A process that left its worker's group, by setsid, is
// not found, unless the worker has a control group: see [Config.Cgroup].
//
// SIGTERM, SIGINT and SIGHUP do not end a worker: a service manager may send them to
// all processes of a service, of which one, the parent, knows what is to be finished
// first. To end one worker takes SIGKILL.
//
// Only Linux has been run. The package builds for macOS and Windows.
//
// # Finding out what went wrong
//
// In the list of processes a worker has the arguments offing-worker, the pool's
// name and its own number; [Pool.Workers] says which task it runs. Log records
// of its output have the attributes pool and worker, its process id.
//
// A worker that is killed for time is first sent SIGQUIT and has a tenth of a
// second to write where its goroutines are. The future is settled by then and
// never changes, so its error has an [*Aftermath] that tells later, as an
// [*ExitError] with the stacks. The log has it as well: the record "offing:
// worker process died after its call was ended" has the task, that error, and of the
// stacks those of the program's own goroutines. On Linux the stack of a task that
// spins is among them. How much the Go runtime writes is up to GOTRACEBACK; a task
// that takes SIGQUIT for itself is killed without.
//
// Config.Dump names a directory to save calls in that killed their worker, were
// killed for time, or timed out. To debug such an input, run the same program
// on it, as it is or under a debugger:
//
//	OFFING_REPLAY=dump/tasks.Resize-2f1c9a5b7d3e8046.offing ./program
//
// [Main] then executes that one call in the program's own process, without a
// deadline and without retries, prints its result or its error, and exits. Of a
// batch, which is how Map and Stream send items, it executes the item that ran.
// Config.Env and Config.Dir are not applied. A program in which the parameters or
// results of the task have changed refuses the file.
//
// With OFFING_INPROCESS=1 in the environment, pools of this package run their
// calls on goroutines, so that a debugger or a profiler sees them, and nothing
// protects the program from them. Arguments and results are encoded all the
// same. Sizes, Shutdown and Close mean what they always do, but that Close closes states
// of workers, too; Workers is empty; a call that times out settles, but its task goes on.
// NewPool logs a warning.
package process
