package child

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/shm"
)

// A server runs the calls of one worker, as many at once as it has lanes.
//
// Who reads a call also runs it, and with one lane the pipe that it reads is a
// blocking one: measured, a second goroutine or the poller in between doubles the time
// of a short call. With several the others take their turn at reading meanwhile. Only
// cancels come in beside it, on a pipe and a goroutine of their own, since whoever
// could read them is busy then.
type server struct {
	limit    int
	stateful bool // there are constructors
	tasks    []*runtime.Task
	board    *Board
	replies  *shm.Ring // for long replies; the lane's; nil for none, as with several lanes
	out      *outbox
	direct   *os.File // replies to calls that say so; the lane's, as there is one then
	running  running
	ballast  ballast     // taken in if the pool says so
	spoilt   atomic.Bool // a task said that this process is of no use any more
	discard  func()      // sets spoilt

	turn sync.Mutex         // held by the lane that reads, also while it waits for a call
	in   *frame.Reader      // guarded by turn
	told runtime.StateStats // guarded by turn until the lanes have ended; what the board says of states
	last frame.Header       // guarded by turn; of the last call that was read

	vigil shm.Vigil // of the lane, when there is one

	lanes atomic.Int32 // those that serve
	once  sync.Once
	done  chan error // receives the reason once serving is over
}

// Serve runs calls until the pool closes the pipe, or a task discards the process, and
// closes the states of this process then. It returns nil after that.
//
// It says hello when nothing can fail any more, and it ends with its pool whatever happens.
// The rest of what is to be done before a call can run is done while the pool looks at the
// hello and writes the call.
func Serve(m Marker) error {
	prepared := make(chan struct{})
	go func() {
		volunteer()
		outlast(func() { close(prepared) })
	}()
	pipes, err := open(m)
	if err != nil {
		return err
	}
	said, err := hello(pipes.results, m)
	if err != nil {
		return err
	}
	board := openBoard(m.Board)
	s := &server{
		in:       frame.NewReader(pipes.tasks, m.Limit).Trust(),
		limit:    m.Limit,
		stateful: runtime.HasConstructors(),
		tasks:    runtime.Tasks(),
		board:    board,
		out:      newOutbox(pipes.results, board, said),
		direct:   pipes.direct,
		done:     make(chan error, 1),
	}
	s.discard = func() { s.spoilt.Store(true) }
	s.running.lanes = make([]lane, max(1, m.Lanes))
	if replies := board.ring(board.replies, wordRepliesRead); m.Lanes <= 1 {
		s.replies = replies
	}
	if m.Ballast {
		s.ballast.await()
	}
	go s.watch(frame.NewReader(pipes.control, 0))
	<-prepared
	s.lanes.Store(int32(len(s.running.lanes)))
	for i := range s.running.lanes {
		l := &s.running.lanes[i]
		l.server, l.number = s, i
		// Not on the main goroutine: it is wired to its thread while packages are
		// initialised, and every wake-up of it then costs a switch of threads.
		go s.serve(l)
	}
	if err = <-s.done; err == nil {
		s.closeStates()
	}
	return err
}

// finish ends serving, for the first reason that comes.
func (s *server) finish(reason error) {
	s.once.Do(func() {
		if bad := s.out.flush(); reason == nil {
			reason = bad
		}
		s.done <- reason
	})
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
			s.running.cancel(h.ID, s.board.Begun())
		}
	}
}

// serve reads and runs calls until the pipe ends, and ends serving if no other lane does. A
// task that calls runtime.Goexit ends the goroutine; another one goes on in its place.
func (s *server) serve(l *lane) {
	exited := true
	defer func() {
		if exited {
			go s.serve(l)
		}
	}()
	err := s.loop(l)
	exited = false
	if err != nil {
		s.finish(err)
	}
	if s.lanes.Add(-1) == 0 {
		s.finish(nil)
	}
}

func (s *server) loop(l *lane) error {
	for {
		h, args, err := s.next(l)
		if err == io.EOF {
			return nil
		}
		switch {
		case err != nil:
		case len(s.running.lanes) == 1 && s.in.InRow():
			err = s.runRow(l, h, args)
		default:
			err = s.run(l, h, args)
		}
		if err != nil {
			return err
		}
	}
}

// errNoCall is a pool that does not keep to the protocol.
var errNoCall = errors.New("a frame that is no call")

// next returns the next call that is to run, which has begun. The end is io.EOF.
func (s *server) next(l *lane) (h frame.Header, args []byte, err error) {
	if len(s.running.lanes) == 1 {
		return s.begin(l)
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	h, args, err = s.begin(l)
	l.args = append(l.args[:0], args...) // another lane reads on
	s.read(&h)
	return h, l.args, err
}

// read gives the memory of a call back to the pool if it has some, once its arguments
// are read.
func (s *server) read(h *frame.Header) {
	if h.Has(frame.Shared) {
		s.board.words[wordCallsRead].Add(1)
		h.Flags &^= frame.Shared
	}
}

// begin is next for the lane whose turn it is.
func (s *server) begin(l *lane) (h frame.Header, args []byte, err error) {
	for err == nil {
		if s.spoilt.Load() {
			return h, nil, io.EOF
		}
		idle := !s.in.Buffered()
		if idle {
			bare()
			if err = s.out.idle(); err != nil {
				break
			}
			s.tellStates()
			if s.last.Has(frame.Awake) {
				s.board.awaitSent(&s.vigil, s.last.ID)
			}
		}
		if h, args, err = s.in.Next(); err == nil && h.Has(frame.Shared) {
			args, _, err = frame.ReadBlock(s.board.calls, args)
		}
		s.last = h
		if idle && len(s.running.lanes) == 1 && !h.Has(frame.Direct) { // whose caller has no others for this worker
			s.out.busy()
		}
		switch {
		case err != nil:
		case h.Kind != frame.Call:
			err = errNoCall
		case s.spoilt.Load(): // by another lane, while this one waited
			err = io.EOF
		case s.board.Begin(h.ID):
			s.running.begin(l, l.newContext(h.ID, l.origin(h)))
			return h, args, nil
		default:
			err = s.skip(h)
		}
	}
	return h, nil, err
}

// skip says that a call was withdrawn before it began.
func (s *server) skip(h frame.Header) error {
	s.running.skip(h.ID)
	s.read(&h)
	s.out.discount()
	return s.send(h, frame.Begin(nil), frame.Header{Kind: frame.Skipped, Flags: frame.Last, ID: h.ID})
}

// send makes b, which starts with room for a header, a frame in reply to call, and puts
// it into the outbox, or sends it to the one who waits for it.
func (s *server) send(call frame.Header, b []byte, h frame.Header) error {
	if h.Has(frame.Last) && s.spoilt.Load() {
		h.Flags |= frame.Leaving
	}
	if err := frame.Finish(b, h, s.limit); err != nil {
		return err
	}
	if call.Has(frame.Direct) {
		_, err := s.direct.Write(b)
		s.board.answered(call.ID)
		return err
	}
	hurry := len(s.running.lanes) > 1 || // with several nobody else may come to write it
		!s.in.Buffered()
	return s.out.put(b, hurry)
}

// fail sends an error of the call, as its end. One that is too long for a
// frame is replaced by one that says so.
func (s *server) fail(h frame.Header, cause error, flags frame.Flags) error {
	out := frame.Header{Kind: frame.Failure, Flags: frame.Last | flags, ID: h.ID}
	err := s.send(h, runtime.AppendError(frame.Begin(nil), cause), out)
	if errors.Is(err, frame.ErrTooLong) {
		err = s.send(h, runtime.AppendError(frame.Begin(nil), runtime.ErrEncoding), out)
	}
	return err
}
