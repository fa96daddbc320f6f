package executortest

import (
	"context"
	"errors"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var nestedCases = []trial{
	{name: "F20_RecursiveFibonacci", needs: local, run: recursiveFibonacci},
	{name: "F20_FibonacciOnOneWorker", size: 1, needs: local, run: recursiveFibonacci},
	{name: "G7_MapInsideATask", size: 1, needs: local, run: mapInsideTask},
	{name: "G7_WaitInsideATask", size: 1, needs: local, run: waitInsideTask},
	{name: "G7_SizeHoldsAfterAWait", size: 1, needs: local, run: sizeHoldsAfterWait},
	{name: "G7_DeadlineEndsTheWait", size: 1, needs: local, run: deadlineEndsWait},
}

func recursiveFibonacci(r *rig) {
	ex := r.ex.(runtime.Local)
	var fib func(n int) func(context.Context) (int, error)
	fib = func(n int) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			if n < 2 {
				return n, nil
			}
			a := chores.SubmitDo(ctx, ex, fib(n-1))
			b := chores.SubmitDo(ctx, ex, fib(n-2))
			x, err := a.Result(ctx)
			y, errB := b.Result(ctx)
			return x + y, errors.Join(err, errB)
		}
	}
	want(r, chores.SubmitDo(r.ctx, ex, fib(10)), 55)
}

// do submits fn, which must be run by a worker.
func (r *rig) do(fn func(context.Context) (int, error)) *runtime.Future[int] {
	return chores.SubmitDo(r.ctx, r.ex.(runtime.Local), fn)
}

func mapInsideTask(r *rig) {
	want(r, r.do(func(ctx context.Context) (int, error) {
		sum := 0
		ns, err := chores.MapSquare(ctx, r.ex, []int{1, 2, 3, 4})
		for _, n := range ns {
			sum += n
		}
		for n, failed := range chores.StreamSquare(ctx, r.ex, numbers(5)) {
			sum += n
			err = errors.Join(err, failed)
		}
		return sum, err
	}), 60)
}

func waitInsideTask(r *rig) {
	want(r, r.do(func(ctx context.Context) (int, error) {
		calls := chores.SubmitAllSquare(ctx, r.ex, []int{1, 2, 3})
		if _, _, err := runtime.Wait(ctx, runtime.AllCompleted, calls...); err != nil {
			return 0, err
		}
		sum := 0
		for f, err := range runtime.AsCompleted(ctx, append(calls, chores.SubmitSquare(ctx, r.ex, 4))...) {
			if err != nil {
				return 0, err
			}
			n, _ := f.Result(ctx)
			sum += n
		}
		ns, err := runtime.Collect(ctx, chores.SubmitAllSquare(ctx, r.ex, []int{5, 6})...)
		for _, n := range ns {
			sum += n
		}
		return sum, err
	}), 91)
}

// sizeHoldsAfterWait checks that a task which waited takes its slot again: the
// only worker never runs two tasks.
func sizeHoldsAfterWait(r *rig) {
	inside := make(chan struct{}, 1) // has a token while a task is not waiting
	task := func(ctx context.Context) (int, error) {
		enter := func() error {
			select {
			case inside <- struct{}{}:
				return nil
			default:
				return errors.New("two tasks run at once")
			}
		}
		if err := enter(); err != nil {
			return 0, err
		}
		f := chores.SubmitSquare(ctx, r.ex, 3)
		<-inside
		n, err := f.Result(ctx)
		if bad := enter(); bad != nil {
			return 0, bad
		}
		time.Sleep(time.Millisecond) // room for another to be there as well
		<-inside
		return n, err
	}
	calls := make(futures, 20)
	for i := range calls {
		calls[i] = r.do(task)
	}
	for _, f := range calls {
		want(r, f, 9)
	}
}

// deadlineEndsWait checks that a wait with a deadline does not become a wait for
// the task that uses the slot meanwhile.
func deadlineEndsWait(r *rig) {
	want(r, r.do(func(ctx context.Context) (int, error) {
		inner, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		gate := r.gate("gate")
		r.gate("next")
		if _, err := gate.Result(inner); !errors.Is(err, context.DeadlineExceeded) {
			return 0, err
		}
		return 1, nil
	}), 1)
}
