package main

import "syscall"

// limitMemory has the kernel refuse this program more than n bytes of data.
func limitMemory(n uint64) error {
	const rlimitData = 2
	return syscall.Setrlimit(rlimitData, &syscall.Rlimit{Cur: n, Max: n})
}
