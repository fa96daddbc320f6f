package process

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// A direct is our end of the pipe that such replies come through.
//
// Its reader waits in the kernel with its thread, for lingerTime, which is that of a
// short call, and has the runtime's poller wait only after that. When two processes
// take turns in system calls that block, the kernel runs one after the other on the
// same processor, or on one that has not gone to sleep. What the poller watches wakes
// one more thread at each reply, of which there are 30 us to be seen in a call of 6. So
// the descriptor is not the poller's; a copy of it is, for the time of a long wait.
type direct struct {
	fd   int
	poll pollfd           // of the reader
	wait syscall.Timespec // of the reader; the kernel may write to it
	come bool             // of the reader; something is there, as the worker says

	mu          sync.Mutex
	closed      bool     // guarded by mu
	dead        bool     // guarded by mu; nobody writes any more
	interrupted bool     // guarded by mu
	copied      *os.File // guarded by mu; what the poller watches; nil between long waits
}

// lingerTime is how long a thread waits for a reply.
const lingerTime = 200 * time.Microsecond

// A pollfd is struct pollfd of poll(2).
type pollfd struct {
	fd              int32
	events, revents int16
}

// pollIn is POLLIN, which package syscall lacks.
const pollIn = 1

// openDirect opens the pipe.
func openDirect() (d *direct, theirs *os.File, err error) {
	fd, theirs, err := halfPipe(reads)
	if err != nil {
		return nil, nil, err
	}
	return &direct{fd: fd, poll: pollfd{fd: int32(fd), events: pollIn}}, theirs, nil
}

// widen gives the pipe as much room as the function does.
func (d *direct) widen() { setPipeSize(uintptr(d.fd)) }

// Read implements io.Reader. It returns os.ErrDeadlineExceeded when it was interrupted,
// and when the worker is dead and nothing is left. One goroutine at a time may read,
// and none when close is called.
func (d *direct) Read(b []byte) (int, error) {
	n, err := d.linger(b)
	if err != syscall.EAGAIN {
		return n, err
	}
	f, err := d.watch()
	for errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) { // not the worker's fault
		if n, err = d.linger(b); err != syscall.EAGAIN {
			return n, err
		}
		f, err = d.watch()
	}
	if err == nil {
		n, err = f.Read(b)
		d.unwatch()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if late, bad := d.readOnce(b); bad == nil {
			return late, nil
		}
	}
	return n, err
}

// linger waits in the kernel for lingerTime at most, and reads what is there then.
func (d *direct) linger(b []byte) (int, error) {
	if !d.come {
		d.wait = syscall.NsecToTimespec(int64(lingerTime))
		syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&d.poll)), 1, uintptr(unsafe.Pointer(&d.wait)), 0, 0, 0)
	}
	d.come = false
	return d.readOnce(b)
}

// arrived says that something is there to be read, for all one knows. It is for the reader.
func (d *direct) arrived() { d.come = true }

// readOnce reads what is there; syscall.EAGAIN means nothing.
func (d *direct) readOnce(b []byte) (int, error) {
	for {
		n, err := syscall.Read(d.fd, b)
		switch {
		case err == syscall.EINTR:
		case n == 0 && err == nil:
			return 0, io.EOF
		case err != nil:
			return 0, err
		default:
			return n, nil
		}
	}
}

// watch makes the copy of the descriptor that the poller watches.
func (d *direct) watch() (*os.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead || d.interrupted {
		return nil, os.ErrDeadlineExceeded
	}
	fd, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(d.fd), syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return nil, os.NewSyscallError("fcntl", errno)
	}
	d.copied = os.NewFile(fd, "direct") // which the poller takes, as it does not block
	return d.copied, nil
}

func (d *direct) unwatch() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.copied.Close()
	d.copied = nil
}

// longAgo is a deadline that is over.
var longAgo = time.Unix(1, 0)

// interrupt ends a Read that waits, within lingerTime, and those that will.
func (d *direct) interrupt() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.interrupted = true
	if d.copied != nil {
		d.copied.SetReadDeadline(longAgo)
	}
}

// die is interrupt for good.
func (d *direct) die() {
	d.mu.Lock()
	d.dead = true
	d.mu.Unlock()
	d.interrupt()
}

// resume takes interrupt back, and reports false if the worker is dead.
func (d *direct) resume() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.interrupted = false
	return !d.dead
}

func (d *direct) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.closed = true
		syscall.Close(d.fd)
	}
}
