package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

var ctx = context.Background()

func ExampleFuture_Result() {
	var pool runtime.Pool
	future := tasks.SubmitDivide(ctx, &pool, 17, 5)
	result, err := future.Result(ctx)
	fmt.Println(result.Quotient, result.Remainder, err)
	// Output: 3 2 <nil>
}

func ExampleFuture_OnDone() {
	future := tasks.SubmitSquare(ctx, runtime.Inline, 7)
	future.OnDone(func(n int, err error) { fmt.Println(n, err) })
	// Output: 49 <nil>
}

func ExampleFuture_Cancel() {
	var pool runtime.Pool
	future := tasks.SubmitWait(ctx, &pool, time.Hour)
	fmt.Println(future.Cancel(), future.State())
	_, err := future.Result(ctx)
	fmt.Println(errors.Is(err, runtime.ErrCanceled), errors.Is(err, context.Canceled))
	// Output:
	// true canceled
	// true true
}

func ExampleFuture_Done() {
	var pool runtime.Pool
	future := tasks.SubmitSquare(ctx, &pool, 3)
	select {
	case <-future.Done():
		fmt.Println(future.State())
	case <-time.After(time.Minute):
		fmt.Println("too slow")
	}
	// Output: succeeded
}

func ExampleMap() {
	var pool runtime.Pool
	halves, err := tasks.MapHalf(ctx, &pool, []int{2, 4, 5, 6})
	fmt.Println(halves, err)
	var item *runtime.ItemError
	fmt.Println(errors.As(err, &item), errors.Is(err, tasks.ErrOdd))
	// Output:
	// [] item 2: odd number
	// true true
}

func ExampleContinueOnError() {
	var pool runtime.Pool
	halves, err := tasks.MapHalf(ctx, &pool, []int{2, 3, 4, 5}, runtime.ContinueOnError())
	fmt.Println(halves)
	fmt.Println(err)
	// Output:
	// [1 0 2 0]
	// item 1: odd number
	// item 3: odd number
}

func ExampleProgress() {
	progress := func(done, total int) { fmt.Println(done, "of", total) }
	tasks.MapSquare(ctx, runtime.Inline, make([]int, 4), runtime.Chunk(2), runtime.Progress(progress))
	// Output:
	// 2 of 4
	// 4 of 4
}

func ExampleStream() {
	var pool runtime.Pool
	for n, err := range tasks.StreamHalf(ctx, &pool, slices.Values([]int{2, 3, 4})) {
		fmt.Println(n, err)
	}
	// Output:
	// 1 <nil>
	// 0 item 1: odd number
	// 2 <nil>
}

func ExampleWindow() {
	naturals := func(yield func(int) bool) {
		for n := 0; yield(n); n++ {
		}
	}
	var pool runtime.Pool
	for n := range tasks.StreamSquare(ctx, &pool, naturals, runtime.Window(8)) { // endless input, bounded memory
		if n > 100 {
			fmt.Println(n)
			break
		}
	}
	// Output: 121
}

func ExampleUnordered() {
	var pool runtime.Pool
	waits := slices.Values([]time.Duration{600 * time.Millisecond, 0, 300 * time.Millisecond})
	for d := range tasks.StreamWait(ctx, &pool, waits, runtime.Unordered()) {
		fmt.Println(d)
	}
	// Output:
	// 0s
	// 300ms
	// 600ms
}

func ExampleWait() {
	var pool runtime.Pool
	quick, slow := tasks.SubmitWait(ctx, &pool, 0), tasks.SubmitWait(ctx, &pool, time.Hour)
	done, pending, err := runtime.Wait(ctx, runtime.FirstCompleted, quick, slow)
	fmt.Println(len(done), len(pending), err)
	slow.Cancel()
	// Output: 1 1 <nil>
}

func ExampleAsCompleted() {
	var pool runtime.Pool
	first := tasks.SubmitWait(ctx, &pool, 50*time.Millisecond)
	second := tasks.SubmitWait(ctx, &pool, 0)
	for future, err := range runtime.AsCompleted(ctx, first, second) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(future.Result(ctx))
	}
	// Output:
	// 0s <nil>
	// 50ms <nil>
}

func ExampleCollect() {
	var pool runtime.Pool
	futures := tasks.SubmitAllSquare(ctx, &pool, []int{1, 2, 3})
	fmt.Println(runtime.Collect(ctx, futures...))
	// Output: [1 4 9] <nil>
}

func ExampleFirst() {
	var pool runtime.Pool
	fmt.Println(runtime.First(ctx, tasks.SubmitWait(ctx, &pool, time.Hour), tasks.SubmitWait(ctx, &pool, time.Millisecond)))
	// Output: 1ms <nil>
}

func ExampleThen() {
	future := tasks.SubmitSquare(ctx, runtime.Inline, 12)
	text := runtime.Then(future, func(n int) (string, error) { return fmt.Sprintf("%d square metres", n), nil })
	fmt.Println(text.Result(ctx))
	// Output: 144 square metres <nil>
}

func ExamplePool_Shutdown() {
	pool, err := runtime.NewPool(runtime.PoolConfig{Name: "work", Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	future := tasks.SubmitSquare(ctx, pool, 4)
	fmt.Println(pool.Shutdown(ctx)) // runs what is queued, then returns
	fmt.Println(future.Result(ctx))
	_, err = tasks.CallSquare(ctx, pool, 5)
	fmt.Println(err)
	// Output:
	// <nil>
	// 16 <nil>
	// task tasks.Square: pool is closed (not started)
}

func ExampleNonBlocking() {
	pool, _ := runtime.NewPool(runtime.PoolConfig{Workers: 1, Queue: 1})
	defer pool.Close()
	ex := runtime.NonBlocking(pool)
	var full atomic.Int32
	for range 10 {
		tasks.SubmitWait(ctx, ex, time.Hour).OnDone(func(_ time.Duration, err error) {
			if errors.Is(err, runtime.ErrQueueFull) {
				full.Add(1)
			}
		})
	}
	fmt.Println(full.Load() >= 8)
	// Output: true
}

func ExamplePriority() {
	var pool runtime.Pool
	urgent := runtime.Priority(&pool, 10)
	fmt.Println(tasks.CallSquare(ctx, urgent, 3)) // overtakes what waits in the pool
	// Output: 9 <nil>
}

func ExampleLimit() {
	gentle := runtime.Limit(runtime.Inline, 2, 50*time.Millisecond)
	start := time.Now()
	for n := range 5 {
		_ = tasks.SubmitSquare(ctx, gentle, n)
	}
	fmt.Println(time.Since(start) >= 100*time.Millisecond)
	// Output: true
}

func ExampleRoundTrip() {
	ex := runtime.RoundTrip(runtime.Inline) // what a worker process would do to arguments and errors
	_, err := tasks.CallHalf(ctx, ex, 3)
	var remote *runtime.RemoteError
	fmt.Println(err, errors.As(err, &remote), errors.Is(err, tasks.ErrOdd))
	// Output: odd number true false
}

func ExamplePermanent() {
	err := runtime.Permanent(errors.New("no such user")) // a task with retries returns it to stop
	fmt.Println(err)
	// Output: no such user
}

func ExamplePanicError() {
	_, err := tasks.CallDivide(ctx, runtime.Inline, 1, 0)
	var p *runtime.PanicError
	fmt.Println(errors.Is(err, runtime.ErrPanic), errors.As(err, &p), p.Value)
	// Output: true true runtime error: integer divide by zero
}

func ExampleTaskError() {
	pool, _ := runtime.NewPool(runtime.PoolConfig{})
	pool.Close()
	_, err := tasks.CallSquare(ctx, pool, 1)
	var failure *runtime.TaskError
	if errors.As(err, &failure) && !failure.Started {
		fmt.Println("safe to try elsewhere:", failure.Err)
	}
	// Output: safe to try elsewhere: pool is closed
}

// Retries happen inside the worker, with a pause that grows.
func Example_retries() {
	failures := 2
	fmt.Println(tasks.CallFlaky(ctx, runtime.Inline, &failures))
	// Output: at last <nil>
}
