package child

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// A server runs the calls of one worker, one at a time.
//
// The goroutine that reads a call also runs it, and the pipe that it reads is a
// blocking one: measured, a second goroutine or the poller in between doubles
// the time of a short call. Only cancels come in beside it, on a pipe and a
// goroutine of their own, since the first one is busy then.
type server struct {
	in      *frame.Reader
	out     *os.File
	limit   int
	tasks   []*runtime.Task
	running running
	status  Status

	buf    []byte            // replies are encoded here; belongs to the serving goroutine
	labels []context.Context // by task, made on demand; belongs to the serving goroutine
	done   chan error        // receives the reason once serving is over
}

// keepBuffer bounds the memory that a worker keeps after a long reply.
const keepBuffer = 4 << 20

// Serve runs calls until the pool closes the pipe and returns nil then.
func Serve(m Marker) error {
	volunteer()
	pipes, err := open(m)
	if err != nil {
		return err
	}
	s := &server{
		in:     frame.NewReader(pipes.tasks, m.Limit),
		out:    pipes.results,
		limit:  m.Limit,
		tasks:  runtime.Tasks(),
		status: mapStatus(m.Status),
		done:   make(chan error, 1),
	}
	go s.watch(frame.NewReader(pipes.control, 0))
	if err := s.hello(m.Fingerprint); err != nil {
		return err
	}
	// Not on the main goroutine: it is wired to its thread while packages are
	// initialised, and every wake-up of it then costs a switch of threads.
	go s.serve()
	return <-s.done
}

// hello sends who this worker is, and to a pool that has other tasks also which
// this one has.
func (s *server) hello(pool uint64) error {
	own := runtime.Fingerprint()
	b := frame.Greeting{Version: frame.Version, Fingerprint: own}.Append(frame.Begin(nil))
	if own != pool {
		b = Listing().Append(b, s.limit-len(b))
	}
	return s.send(b, frame.Header{Kind: frame.Hello})
}

// watch takes cancels. When the pipe ends the pool's process is gone, and so
// must be this one, with everything that its tasks started.
func (s *server) watch(control *frame.Reader) {
	for {
		h, _, err := control.Next()
		if err != nil {
			killGroup()
		}
		if h.Kind == frame.Cancel {
			s.running.cancel(h.ID)
		}
	}
}

// serve reads and runs calls until the pipe ends. A task that calls
// runtime.Goexit ends the goroutine; another one goes on in its place.
func (s *server) serve() {
	exited := true
	defer func() {
		if exited {
			go s.serve()
		}
	}()
	err := s.loop()
	exited = false
	s.done <- err
}

func (s *server) loop() error {
	for {
		h, args, err := s.in.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case h.Kind != frame.Call:
			return errors.New("a frame that is no call")
		}
		if err := s.run(h, args); err != nil {
			return err
		}
	}
}

// run runs one call and sends what came of it. Only a pipe that cannot be
// written is an error.
func (s *server) run(h frame.Header, args []byte) (err error) {
	s.status.started(h.ID, h.Tries)
	ctx, off := s.wear(h)
	defer off()
	ctx, end := s.running.begin(ctx, h.ID, h.Deadline)
	defer end()
	if int64(h.Task) < int64(len(s.tasks)) && s.tasks[h.Task].Retries > 0 {
		ctx = runtime.WithTries(ctx, int(h.Tries), s.status.retried)
	}
	returned := false
	defer func() {
		if v := recover(); v != nil || !returned {
			err = s.fail(h, panicOf(v), 0)
		}
	}()
	if h.Has(frame.Batch) {
		err = s.runBatch(ctx, h, args)
	} else {
		err = s.runOne(ctx, h, args)
	}
	returned = true
	return err
}

// send makes b, which starts with room for a header, a frame and writes it.
func (s *server) send(b []byte, h frame.Header) error {
	if err := frame.Finish(b, h, s.limit); err != nil {
		return err
	}
	_, err := s.out.Write(b)
	return err
}

// fail sends an error of the call, as its end. One that is too long for a
// frame is replaced by one that says so.
func (s *server) fail(h frame.Header, cause error, flags frame.Flags) error {
	out := frame.Header{Kind: frame.Failure, Flags: frame.Last | flags, ID: h.ID}
	err := s.send(runtime.AppendError(frame.Begin(nil), cause), out)
	if errors.Is(err, frame.ErrTooLong) {
		err = s.send(runtime.AppendError(frame.Begin(nil), runtime.ErrEncoding), out)
	}
	return err
}

// reuse keeps b for the next reply unless it has become too big to keep.
func (s *server) reuse(b []byte) {
	if cap(b) <= keepBuffer {
		s.buf = b[:0]
	} else {
		s.buf = nil
	}
}
