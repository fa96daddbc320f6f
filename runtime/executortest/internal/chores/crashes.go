package chores

import (
	"os"
	"runtime/debug"
)

// Risky returns n squared, or exits the process with status -n if n is
// negative.
//
//offing:task
func Risky(n int) int {
	if n < 0 {
		os.Exit(-n)
	}
	return n * n
}

// ExitZero exits the process with status 0.
//
//offing:task
func ExitZero() { os.Exit(0) }

// Overflow ends the process by a fatal error of the Go runtime.
//
//offing:task
func Overflow() int {
	debug.SetMaxStack(1 << 20) // the usual limit of a gigabyte takes seconds to fill
	return dig(1)
}

func dig(n int) int { return dig(n+1) + n }

// KillSelf ends the process by a signal that nothing can catch.
//
//offing:task
func KillSelf() error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	if err := self.Kill(); err != nil {
		return err
	}
	select {}
}
