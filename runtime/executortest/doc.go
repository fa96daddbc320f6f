// Package executortest is the conformance suite of executors: what every
// [runtime.Executor] promises to programs, case by case, as package fstest does
// it for file systems.
//
//	func TestPool(t *testing.T) {
//		executortest.Run(t, func(tb testing.TB) runtime.Executor {
//			pool, err := mine.NewPool(mine.Config{Workers: 2})
//			if err != nil {
//				tb.Fatal(err)
//			}
//			tb.Cleanup(func() { pool.Close() })
//			return pool
//		})
//	}
//
// # What the suite learns about an executor
//
// It looks at the methods beyond Submit, and skips the cases that need one
// which is not there, with the reason:
//
//	Resize(n int) error                  the number of workers; without it,
//	                                     nothing that needs calls side by side
//	Shutdown(ctx context.Context) error  as that of runtime.Pool
//	Close() error                        as that of runtime.Pool
//	Stats() runtime.Stats
//	Local()                              the executor is a runtime.Local
//	Unwrap() runtime.Executor            what it passes calls on to: states of
//	                                     workers end with the one inside
//
// An executor whose tasks have another process id than the test gets the cases
// about crashes as well: its tasks exit, overflow their stacks, and are killed.
//
// # What the suite expects of the outside
//
// Tasks share a file system with the test, whose temporary directory they read
// and write. The grace that a canceled task gets before its process is killed
// should be short, about 100 ms, or the suite takes long.
//
// A case fails if anything takes longer than 10 s which should be soon, or if a
// goroutine, and on Linux a file descriptor or a child process, is left once
// the executor is closed. The cases run one after the other for that reason.
//
// The names of the cases begin with their number in the conformance table
// (A01...), the failure that they guard against (F01...) or the guarantee in
// the documentation of package runtime (G1...).
package executortest
