//go:build !linux

package process

import (
	"os"
	"sync"
	"time"
)

// A direct is our end of the pipe that such replies come through.
type direct struct {
	file *os.File

	mu   sync.Mutex
	dead bool // guarded by mu; nobody writes any more
}

// openDirect opens the pipe.
func openDirect() (d *direct, theirs *os.File, err error) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	return &direct{file: ours}, theirs, nil
}

// widen does nothing, as the function.
func (d *direct) widen() {}

// Read implements io.Reader. It returns os.ErrDeadlineExceeded when it was interrupted,
// and when the worker is dead. One goroutine at a time may read, and none when close is
// called.
func (d *direct) Read(b []byte) (int, error) { return d.file.Read(b) }

// arrived does nothing: nobody waits for shared memory here.
func (d *direct) arrived() {}

// longAgo is a deadline that is over.
var longAgo = time.Unix(1, 0)

// interrupt ends a Read that waits, and those that will.
func (d *direct) interrupt() { d.file.SetReadDeadline(longAgo) }

// die is interrupt for good.
func (d *direct) die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	d.interrupt()
}

// resume takes interrupt back, and reports false if the worker is dead.
func (d *direct) resume() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.dead {
		d.file.SetReadDeadline(time.Time{})
	}
	return !d.dead
}

func (d *direct) close() { d.file.Close() }
