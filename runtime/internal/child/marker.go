// Package child is the worker's side of a process pool: it finds out that this
// process is a worker, says hello, and runs the calls that it is sent.
package child

import (
	"errors"
	"fmt"
	"os"
	"strconv"
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

// markerForm is what the value begins with: the version of its form, which is numbers.
const markerForm = 5

// String returns the value of the environment variable.
func (m Marker) String() string {
	ballast := 0
	if m.Ballast {
		ballast = 1
	}
	return fmt.Sprint(markerForm, m.Limit, m.Tasks, m.Results, m.Control, m.Lifeline, m.Direct, m.Board, m.Lanes, ballast, m.Fingerprint)
}

// parseMarker reads what String returns. Package fmt would, too, but has to be woken: a
// twentieth of what a worker does by itself before it says hello.
func parseMarker(value string) (Marker, error) {
	fields := strings.Split(value, " ")
	if form := strconv.Itoa(markerForm); fields[0] != form {
		return Marker{}, errors.New("it does not begin with " + form)
	}
	var n [10]uint64
	if fields = fields[1:]; len(fields) != len(n) {
		return Marker{}, errors.New("it has " + strconv.Itoa(len(fields)) + " numbers, not " + strconv.Itoa(len(n)))
	}
	for i, field := range fields {
		size := strconv.IntSize
		if i == len(n)-1 {
			size = 64
		}
		var err error
		if n[i], err = strconv.ParseUint(field, 10, size); err != nil {
			return Marker{}, err
		}
	}
	return Marker{
		Limit: int(n[0]), Tasks: uintptr(n[1]), Results: uintptr(n[2]), Control: uintptr(n[3]), Lifeline: uintptr(n[4]),
		Direct: uintptr(n[5]), Board: uintptr(n[6]), Lanes: int(n[7]), Ballast: n[8] != 0, Fingerprint: n[9],
	}, nil
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
	if m, err = parseMarker(value); err != nil {
		err = fmt.Errorf("%s=%q is not of the form of this version of offing; build pool and worker with the same: %w", Env, value, err)
	}
	return m, true, err
}
