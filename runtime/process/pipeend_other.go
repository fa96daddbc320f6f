//go:build !linux

package process

import "os"

// An earlyEnd is nothing here: both ends are files at once.
type earlyEnd struct{}

func (*earlyEnd) close() {}

func (*earlyEnd) number() int { return 0 }

// open opens the pipe, of which ours is the end that reads or writes.
func (e *pipeEnd) open(ours int) error {
	r, w, err := os.Pipe()
	if e.parent, e.child = r, w; ours == writes {
		e.parent, e.child = w, r
	}
	return err
}

// adopt does nothing: the end is a file.
func (*pipeEnd) adopt() {}
