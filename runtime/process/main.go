package process

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/offing-go/offing/runtime/internal/child"
)

// ErrNoMain is the error of [NewPool] in a program that has not called [Main].
var ErrNoMain = errors.New("offing: process.Main has not been called: worker processes run this same program, " +
	"so its main function must begin with the line\n\n\tprocess.Main()\n\n" +
	"and in a test binary TestMain must: func TestMain(m *testing.M) { process.Main(); os.Exit(m.Run()) }\n" +
	"If they do, NewPool was called before them, for a package variable or in init: call it after")

// errInWorker is the error of NewPool inside a worker process.
var errInWorker = errors.New("offing: NewPool was called inside a worker process: a task cannot have a process pool of its own")

// mainCalled is set by Main: the proof that the program, when it is run again
// as a worker, serves tasks instead of starting over.
var mainCalled atomic.Bool

// Main serves tasks and exits if this process is a worker of a pool. With
// OFFING_REPLAY=file in the environment it executes the call that a pool saved
// in that file, see Config.Dump, prints what it returns, and exits: with status
// 0, or 1 if the task returned an error. Otherwise it returns at once. Call it
// first thing in main, and in TestMain for tests.
// What main sets up after it does not exist in workers; package variables and
// init functions do.
func Main() {
	mainCalled.Store(true)
	marker, ok, err := child.Lookup()
	if !ok {
		if file := os.Getenv(replayEnv); file != "" {
			os.Unsetenv(replayEnv) // a pool in the task must not replay it again
			os.Exit(replay(file))
		}
		return
	}
	if err == nil {
		err = child.Serve(marker)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "offing: worker:", err)
		os.Exit(exitProtocol)
	}
	os.Exit(0)
}

// exitProtocol is the status of a worker that cannot make sense of what it is
// sent.
const exitProtocol = 125
