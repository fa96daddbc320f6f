//go:build unix

package child

import (
	"os"
	"os/signal"
	"syscall"
)

// outlast has the process live on when it is told to end: its program is told so too,
// by a service manager that tells all processes of a service, or by who goes by names, and
// may have calls to finish and states to close. Workers end with their program, whatever
// it does. The signals are caught and not ignored, as what a task starts would inherit
// that, and what the program ignores, as under nohup, stays ignored, for the same reason. A
// task that asks for them gets them.
func outlast() {
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}
