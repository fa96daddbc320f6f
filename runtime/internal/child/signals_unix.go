//go:build unix

package child

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// outlast has the process live on when it is told to end: its program is told so too,
// by a service manager that tells all processes of a service, or by who goes by names, and
// may have calls to finish and states to close. Workers end with their program, whatever
// it does. The signals are caught and not ignored, as what a task starts would inherit
// that, and what the program ignores, as under nohup, stays ignored, for the same reason. A
// task that asks for them gets them.
//
// It calls safe once the process lives on, and returns when the signals are caught. That
// takes some ten switches between threads, two of them new ones: a tenth of the time that
// a worker takes to start. So they do nothing until then, where two system calls for each
// are all that takes. Whoever asks for them in that time may not get one that comes before
// its end.
func outlast(safe func()) {
	signals := unignored()
	var deaf deafness
	if deaf.begin(signals) {
		safe()
		safe = func() {}
	}
	if signals = unignored(); len(signals) > 0 { // none would be all that there are
		signal.Notify(make(chan os.Signal, 1), signals...)
	}
	deaf.end()
	safe()
}

// unignored returns those of the signals that are not ignored.
func unignored() []os.Signal {
	return slices.DeleteFunc([]os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}, signal.Ignored)
}
