//go:build unix && !linux

package process

import "syscall"

// askStacks has a worker write its stacks and exit, and reports whether it was
// asked. The stack of a task that spins is missing unless it runs on the
// thread that the system chooses.
func askStacks(pid int) bool { return syscall.Kill(pid, syscall.SIGQUIT) == nil }
