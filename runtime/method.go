package runtime

import (
	"context"
	"sync/atomic"

	"github.com/offing-go/offing/runtime/wire"
)

// A Method is a task that is a method of the state of a worker, with its types. Its calls
// are encoded as those of a [Func], with the arguments of the state's constructor, which
// tell which state it is, before their own.
//
// Func has its codec; Func.Call and Func.Each are nil: On and OnEach, which take the
// state as well, are in their place.
//
// It is for generated code only.
type Method[S, A, R any] struct {
	Func[A, R]

	On     func(ctx context.Context, state S, arg A) (R, error)
	OnEach func(ctx context.Context, state S, run *Run, items []A, results []R) error

	// Home is that of the constructor.
	Home *Home[S]

	last atomic.Pointer[bound[S, A, R]] // what is bound to a stock of Home, the last one
}

// bound is a method as a function on the states of a stock.
type bound[S, A, R any] struct {
	stock *stock[S]
	f     Func[A, R]
}

// DefineMethod registers m's task and returns m. Generated code calls it from the
// initialisation of a package variable.
//
// It is for generated code only.
func DefineMethod[S, A, R any](m *Method[S, A, R]) *Method[S, A, R] {
	m.define(m, m.ReadArg != nil)
	return m
}

// bind returns m as a function on the states of s.
func (m *Method[S, A, R]) bind(s *stock[S]) Func[A, R] {
	f := m.Func
	f.Call = func(ctx context.Context, arg A) (R, error) { return m.onOne(ctx, s, arg) }
	if m.OnEach != nil {
		f.Each = func(ctx context.Context, run *Run, items []A, results []R) error {
			return m.onEach(ctx, s, run, items, results)
		}
	}
	return f
}

// runOn calls the method on a state of w, with its retries.
func (m *Method[S, A, R]) runOn(ctx context.Context, w *Workers[S], arg A) (R, error) {
	if m.Retries > 0 {
		f := m.bind(w.stock)
		return f.Retry(ctx, arg)
	}
	return m.onOne(ctx, w.stock, arg)
}

// onOne calls the method on a state of s. One whose task panics, or ends its goroutine,
// may be in the middle of anything, and is not used again.
func (m *Method[S, A, R]) onOne(ctx context.Context, s *stock[S], arg A) (v R, err error) {
	r, err := s.take(ctx, m.Name, 1)
	if err != nil {
		return v, err
	}
	spoilt := true
	defer func() { s.give(r, spoilt) }()
	v, err = m.On(ctx, r.state, arg)
	spoilt = err != nil && isDiscard(err)
	return v, err
}

// onEach is onOne for items in a row.
func (m *Method[S, A, R]) onEach(ctx context.Context, s *stock[S], run *Run, items []A, results []R) error {
	r, err := s.take(ctx, m.Name, 1)
	if err != nil {
		return err
	}
	spoilt := true
	defer func() { s.give(r, spoilt) }()
	err = m.OnEach(ctx, r.state, run, items, results)
	spoilt = err != nil && isDiscard(err)
	return err
}

// appendOn appends which state it is, and the argument.
func (m *Method[S, A, R]) appendOn(b []byte, w *Workers[S], arg A) ([]byte, error) {
	switch {
	case w.bad != nil:
		return b, w.bad
	case m.AppendArg == nil:
		return b, ErrEncoding // a local task, see funcCall
	}
	return m.AppendArg(wire.AppendBytes(b, w.args), arg)
}

// For returns the method as a function on the states of w, for Map and Stream.
//
// It is for generated code only.
func (m *Method[S, A, R]) For(w *Workers[S]) *Func[A, R] {
	f := m.bind(w.stock)
	if m.AppendItems != nil {
		f.AppendItems = func(b []byte, items []A) ([]byte, error) {
			if w.bad != nil {
				return b, w.bad
			}
			return m.AppendItems(wire.AppendBytes(b, w.args), items)
		}
	}
	return &f
}

// resident returns m as a function on the states that args tell of.
func (m *Method[S, A, R]) resident(args *wire.Reader) (*Func[A, R], error) {
	s, err := m.Home.stock(args.View())
	if err != nil {
		return nil, err
	}
	if b := m.last.Load(); b != nil && b.stock == s {
		return &b.f, nil
	}
	b := &bound[S, A, R]{s, m.bind(s)}
	m.last.Store(b)
	return &b.f, nil
}

// handle is the Handler of m.
func (m *Method[S, A, R]) handle(ctx context.Context, args *wire.Reader, reply []byte) ([]byte, error) {
	f, err := m.resident(args)
	if err != nil {
		return reply, err
	}
	return f.handle(ctx, args, reply)
}

// handleBatch is the BatchHandler of m.
func (m *Method[S, A, R]) handleBatch(ctx context.Context, args *wire.Reader, out Outcomes) error {
	goOn := args.Bool()
	f, err := m.resident(args)
	if err != nil {
		return err
	}
	return f.runBatch(ctx, goOn, args, out)
}

// replay is Task.Replay of m.
func (m *Method[S, A, R]) replay(ctx context.Context, args []byte, item int) (result string, err error) {
	r := wire.NewReader(args)
	goOn := item >= 0 && r.Bool()
	f, err := m.resident(&r)
	if err != nil {
		return "", err
	}
	return f.replayRest(ctx, goOn, &r, item)
}
