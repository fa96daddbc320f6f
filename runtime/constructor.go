package runtime

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/runtime/wire"
)

// A Constructor is a function that opens the state of a worker, with its types: how to
// call it, how to close what it returns, and how its argument is encoded. One with
// several parameters takes them as one struct.
//
// Its task opens a state where it runs, and leaves it there.
//
// It is for generated code only.
type Constructor[A, S any] struct {
	Task

	// Open calls the function.
	Open func(ctx context.Context, arg A) (S, error)

	// Close closes a state; nil if there is nothing to close.
	Close func(S) error

	// The codec, as that of [Func].
	AppendArg func(b []byte, arg A) ([]byte, error)
	ReadArg   func(r *wire.Reader, arg *A)

	// Home has the states that were opened for calls from another process, by their
	// arguments.
	Home Home[S]
}

// DefineConstructor registers c's task and returns c. Generated code calls it from the
// initialisation of a package variable.
//
// It is for generated code only.
func DefineConstructor[A, S any](c *Constructor[A, S]) *Constructor[A, S] {
	c.Home.stockOf = c.stockOf
	warm := &Func[[]byte, struct{}]{
		Task:         Task{Name: c.Name},
		Call:         c.Home.warm,
		ReadArg:      wire.Into((*wire.Reader).Bytes),
		AppendResult: func(b []byte, _ struct{}) ([]byte, error) { return b, nil },
	}
	c.Handler, c.Replay = warm.handle, warm.replay
	c.Batch = func(context.Context, *wire.Reader, Outcomes) error { return ErrEncoding } // nobody sends one
	Register(&c.Task)
	homes.add(&c.Home)
	return c
}

// stockOf returns a stock whose states are opened with encoded arguments.
func (c *Constructor[A, S]) stockOf(args []byte) (*stock[S], error) {
	arg, err := c.decode(args)
	if err != nil {
		return nil, err
	}
	return c.stock(arg), nil
}

// decode is the opposite of encode.
func (c *Constructor[A, S]) decode(args []byte) (arg A, err error) {
	if len(args) == 0 || args[0] != byArguments {
		return arg, &encodingError{"arguments of " + c.Name, wire.ErrInvalid}
	}
	r := wire.NewReader(args[1:])
	if arg, err = (&Func[A, struct{}]{ReadArg: c.ReadArg}).readArg(&r); err != nil {
		err = &encodingError{"arguments of " + c.Name, err}
	}
	return arg, err
}

// stock returns a stock whose states are opened with arg.
func (c *Constructor[A, S]) stock(arg A) *stock[S] {
	return &stock[S]{
		name:  c.Name,
		open:  func(ctx context.Context) (S, error) { return c.Open(ctx, arg) },
		close: c.Close,
	}
}

// What tells which state it is begins with one of these.
const (
	byArguments = 0 // the encoded argument of the constructor
	byNumber    = 1 // the number of a stock that has settled in this process
)

// encode returns what tells which state it is: its argument.
func (c *Constructor[A, S]) encode(arg A) (args []byte, err error) {
	defer func() {
		if err != nil {
			err = &encodingError{"arguments of " + c.Name, err}
		}
	}()
	defer recoverCodec(&err)
	return c.AppendArg([]byte{byArguments}, arg)
}

// A Home has the states of this process that one constructor opened for calls from
// another process. Such a process is a worker, which lives for its states; the one table
// that it has them in is what a package variable would be.
//
// It is for generated code only. It is usable after [DefineConstructor].
type Home[S any] struct {
	stockOf func(args []byte) (*stock[S], error) // read only

	last atomic.Pointer[dwelling[S]] // the one that was used last

	mu      sync.Mutex
	all     []*dwelling[S] // guarded by mu
	settled uint64         // guarded by mu; stocks that ever have
}

// A dwelling is a stock and what tells which it is.
type dwelling[S any] struct {
	args  string
	stock *stock[S]
}

// stock returns the stock that args tell of.
func (h *Home[S]) stock(args []byte) (*stock[S], error) {
	if d := h.last.Load(); d != nil && d.args == string(args) {
		return d.stock, nil
	}
	if s := h.find(args); s != nil {
		return s, nil
	}
	if len(args) > 0 && args[0] == byNumber {
		return nil, ErrClosed // it has left
	}
	s, err := h.stockOf(args) // with nothing locked: codecs are the user's
	if err != nil {
		return nil, err
	}
	return h.add(args, s), nil
}

func (h *Home[S]) find(args []byte) *stock[S] {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.findLocked(args)
}

func (h *Home[S]) findLocked(args []byte) *stock[S] {
	for _, d := range h.all {
		if d.args == string(args) {
			h.last.Store(d)
			return d.stock
		}
	}
	return nil
}

// add adds a stock, unless there is one meanwhile, and returns that.
func (h *Home[S]) add(args []byte, s *stock[S]) *stock[S] {
	h.mu.Lock()
	defer h.mu.Unlock()
	if other := h.findLocked(args); other != nil {
		return other
	}
	h.all = append(h.all, &dwelling[S]{string(args), s})
	return s
}

// warm opens a state unless one is free.
func (h *Home[S]) warm(ctx context.Context, args []byte) (nothing struct{}, err error) {
	s, err := h.stock(args)
	if err != nil {
		return nothing, err
	}
	r, err := s.take(ctx, s.name, 0)
	if err == nil {
		s.give(r, false)
	}
	return nothing, err
}

// settle adds a stock for calls that come encoded but from this process, until it ends,
// and returns what tells which it is. Its arguments would not: two may have the same, on
// two pools.
func (h *Home[S]) settle(s *stock[S]) (args []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settled++
	args = wire.AppendUint64([]byte{byNumber}, h.settled)
	s.home = h
	h.all = append(h.all, &dwelling[S]{string(args), s})
	return args
}

// leave takes settle back.
func (h *Home[S]) leave(s *stock[S]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = slices.DeleteFunc(h.all, func(d *dwelling[S]) bool { return d.stock == s })
	h.last.Store(nil)
}

func (h *Home[S]) stocks() []*dwelling[S] {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all)
}

// begin implements home.
func (h *Home[S]) begin() (finish []func(context.Context) error) {
	for _, d := range h.stocks() {
		d.stock.begin(false)
		finish = append(finish, d.stock.finish)
	}
	return finish
}

// stats implements home.
func (h *Home[S]) stats() (sum StateStats) {
	h.mu.Lock() // and not of a copy: a worker asks whenever it is idle
	defer h.mu.Unlock()
	for _, d := range h.all {
		sum.Add(d.stock.stats())
	}
	return sum
}

// A home is a Home without its type.
type home interface {
	// begin has all free states closed; what it returns has to be called, and waits.
	begin() (finish []func(context.Context) error)
	stats() StateStats
}

// homes is the table of all, which init fills, like that of tasks.
var homes homeTable

type homeTable struct {
	mu  sync.Mutex
	all atomic.Pointer[[]home] // written with mu held
}

func (t *homeTable) add(h home) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := append(slices.Clone(t.list()), h)
	t.all.Store(&all)
}

func (t *homeTable) list() []home {
	if all := t.all.Load(); all != nil {
		return *all
	}
	return nil
}

// CloseStates closes the states that calls from another process have left open here, but
// for those that a call has just now, and returns the errors of that, joined. It takes as
// long as the Close methods of the states do, also of those that calls have spoilt.
//
// It is for executors only, which call it when a worker process ends.
func CloseStates() error {
	var finish []func(context.Context) error
	for _, h := range homes.list() { // all at once: one that hangs is not to cost the others theirs
		finish = append(finish, h.begin()...)
	}
	var errs []error
	for _, f := range finish {
		errs = append(errs, f(context.Background()))
	}
	return errors.Join(errs...)
}

// HasConstructors reports whether this program has any, so that there may be states.
//
// It is for executors only.
func HasConstructors() bool { return len(homes.list()) > 0 }

// OpenStates returns what there is to say of the states of this process that calls from
// another process use.
//
// It is for executors only.
func OpenStates() (sum StateStats) {
	for _, h := range homes.list() {
		sum.Add(h.stats())
	}
	return sum
}
