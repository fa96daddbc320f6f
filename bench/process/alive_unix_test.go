//go:build unix

package process

import "syscall"

// alive reports whether there is such a process, be it a zombie.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
