// Package child is the worker's side of a process pool: it finds out that this
// process is a worker, says hello, and runs the calls that it is sent.
package child

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
)

// Env is the environment variable that makes a process a worker. Its value is
// a [Marker].
const Env = "OFFING_WORKER"

// A Marker tells a worker how to reach its pool. The pipes are file
// descriptors, on Windows handles.
type Marker struct {
	Limit    int     // bytes of the longest payload
	Tasks    uintptr // calls come in here
	Results  uintptr // outcomes go out here
	Control  uintptr // cancels come in here; its end is that of the pool
	Lifeline uintptr // nothing ever comes in here; the kernel watches its end
	Direct   uintptr // replies to calls that say so go out here
	Board    uintptr // shared memory: see [Board]; 0 for none
	Lanes    int     // calls that it runs at once
	Ballast  bool    // the pool does not bound its memory: see ballast

	// Fingerprint is that of the pool's tasks. The pool tells by the hello whether
	// the worker's fit; by this the worker knows whether to say which it has.
	Fingerprint uint64
}

const markerForm = "4 %d %d %d %d %d %d %d %d %t %d" // the first number is the version of this form

// String returns the value of the environment variable.
func (m Marker) String() string {
	return fmt.Sprintf(markerForm, m.Limit, m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct, m.Board, m.Lanes, m.Ballast, m.Fingerprint)
}

// active is set in a worker before the program's main goes on.
var active atomic.Bool

// Active reports whether this process is a worker.
func Active() bool { return active.Load() }

// Lookup reports whether this process was started as a worker. It takes the
// marker out of the environment, so that no process that a task starts takes
// itself for a worker.
func Lookup() (m Marker, ok bool, err error) {
	value, ok := os.LookupEnv(Env)
	if !ok {
		return Marker{}, false, nil
	}
	os.Unsetenv(Env)
	active.Store(true)
	_, err = fmt.Fscanf(strings.NewReader(value), markerForm,
		&m.Limit, &m.Tasks, &m.Results, &m.Control, &m.Lifeline, &m.Direct, &m.Board, &m.Lanes, &m.Ballast, &m.Fingerprint)
	if err != nil {
		err = fmt.Errorf("%s=%q is not of the form of this version of offing; build pool and worker with the same: %w", Env, value, err)
	}
	return m, true, err
}
