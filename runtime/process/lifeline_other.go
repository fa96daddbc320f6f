//go:build !linux

package process

import "os"

// A lifeline is nothing here: the worker sees by the end of a pipe that this process is gone.
type lifeline struct{}

func armLifeline(read *os.File, _, _ int) (l lifeline) {
	read.Close()
	return l
}

func (*lifeline) close() {}
