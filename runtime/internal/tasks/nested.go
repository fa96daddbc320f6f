package tasks

import (
	"context"
	"errors"
	goruntime "runtime"
	"slices"

	"github.com/offing-go/offing/runtime"
)

// A Way is how a task waits for the calls that it made.
type Way int

// The ways to wait.
const (
	ByResult Way = iota
	ByWait
	ByAsCompleted
	ByCollect
	ByFirst
	ByThen
	ByCall
	ByMap
	ByStream
	Ways // how many there are
)

// A Nest says how tasks that call tasks do so.
type Nest struct {
	On      runtime.Local
	Way     func() Way // asked at each wait
	Trouble func() int // asked at each call; see makeTrouble
}

// Fib returns Fibonacci number n by calls of itself that it waits for.
//
//offing:task local
func Fib(ctx context.Context, nest Nest, n int) (int, error) {
	nest.makeTrouble(ctx)
	if n < 2 {
		return n, nil
	}
	ways := branches[FibArgs, int]{
		call:   func(a FibArgs) (int, error) { return CallFib(ctx, nest.On, a.Nest, a.N) },
		submit: func(a FibArgs) *FutureOfInt { return SubmitFib(ctx, nest.On, a.Nest, a.N) },
		all:    func(as []FibArgs) ([]int, error) { return MapFib(ctx, nest.On, as) },
		stream: func(as []FibArgs) (all []int, err error) {
			for v, bad := range StreamFib(ctx, nest.On, slices.Values(as)) {
				all, err = append(all, v), errors.Join(err, bad)
			}
			return all, err
		},
	}
	vs, err := ways.wait(ctx, nest.Way(), FibArgs{nest, n - 1}, FibArgs{nest, n - 2})
	if err != nil {
		return 0, err
	}
	return vs[0] + vs[1], nil
}

// Quicksort returns xs in order by calls of itself that it waits for.
//
//offing:task local
func Quicksort(ctx context.Context, nest Nest, xs []int) ([]int, error) {
	nest.makeTrouble(ctx)
	if len(xs) < 2 {
		return xs, nil
	}
	var less, more []int
	for _, x := range xs[1:] {
		if x < xs[0] {
			less = append(less, x)
		} else {
			more = append(more, x)
		}
	}
	ways := branches[QuicksortArgs, []int]{
		call: func(a QuicksortArgs) ([]int, error) { return CallQuicksort(ctx, nest.On, a.Nest, a.Xs) },
		submit: func(a QuicksortArgs) *FutureOfIntSlice {
			return SubmitQuicksort(ctx, nest.On, a.Nest, a.Xs)
		},
		all: func(as []QuicksortArgs) ([][]int, error) { return MapQuicksort(ctx, nest.On, as) },
		stream: func(as []QuicksortArgs) (all [][]int, err error) {
			for v, bad := range StreamQuicksort(ctx, nest.On, slices.Values(as)) {
				all, err = append(all, v), errors.Join(err, bad)
			}
			return all, err
		},
	}
	vs, err := ways.wait(ctx, nest.Way(), QuicksortArgs{nest, less}, QuicksortArgs{nest, more})
	if err != nil {
		return nil, err
	}
	return slices.Concat(vs[0], xs[:1], vs[1]), nil
}

// branches are the functions of one task under one context.
type branches[A, R any] struct {
	call        func(A) (R, error)
	submit      func(A) *runtime.Future[R]
	all, stream func([]A) ([]R, error)
}

// wait calls the task for both arguments and waits for the results.
func (b branches[A, R]) wait(ctx context.Context, way Way, x, y A) ([]R, error) {
	switch way {
	case ByCall:
		v, err := b.call(x)
		w, bad := b.call(y)
		return []R{v, w}, errors.Join(err, bad)
	case ByMap:
		return b.all([]A{x, y})
	case ByStream:
		return b.stream([]A{x, y})
	}
	f, g := b.submit(x), b.submit(y)
	switch way {
	case ByWait:
		if _, _, err := runtime.Wait(ctx, runtime.FirstFailed, f, g); err != nil {
			return nil, err
		}
	case ByAsCompleted:
		for _, err := range runtime.AsCompleted(ctx, f, g) {
			if err != nil {
				return nil, err
			}
		}
	case ByCollect:
		return runtime.Collect(ctx, f, g)
	case ByFirst: // the first of two, which cancels the other
		v, err := runtime.First(ctx, f, b.submit(x))
		w, bad := runtime.First(ctx, g)
		return []R{v, w}, errors.Join(err, bad)
	case ByThen:
		same := func(v R) (R, error) { return v, nil }
		f, g = runtime.Then(f, same), runtime.Then(g, same)
	}
	v, err := f.Result(ctx)
	w, bad := g.Result(ctx)
	return []R{v, w}, errors.Join(err, bad)
}

// makeTrouble does what tasks should not, and may.
func (nest Nest) makeTrouble(ctx context.Context) {
	switch nest.Trouble() {
	case 1:
		panic("trouble")
	case 2:
		goruntime.Goexit()
	case 3: // a call that it does not wait for, and cancels
		SubmitWait(ctx, nest.On, 1).Cancel()
	case 4: // a wait that outlasts it, if that comes late
		f := SubmitSquare(context.Background(), nest.On, 1)
		go f.Result(ctx)
	case 5: // several waits at once
		f := SubmitSquare(ctx, nest.On, 2)
		joined := make(chan struct{})
		go func() { defer close(joined); f.Result(ctx) }()
		f.Result(ctx)
		<-joined
	}
}
