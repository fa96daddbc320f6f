//go:build unix && !linux

package process_test

// runFaulty is a worker that shares memory, which only those on Linux do.
func runFaulty() {}
