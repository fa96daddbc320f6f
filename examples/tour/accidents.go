package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// accidents submits two calls that would end, or occupy for ever, any program
// that ran them on a goroutine, among eight that are fine.
func accidents(ctx context.Context) error {
	pool, err := process.NewPool(process.Config{Name: "accidents", Workers: 3, Grace: 100 * time.Millisecond, Logger: quiet})
	if err != nil {
		return err
	}
	defer pool.Close()

	overflow := SubmitOverflow(ctx, pool, 0)
	spin := SubmitSpin(ctx, pool, 0)
	good := SubmitAllSquare(ctx, pool, []int{1, 2, 3, 4, 5, 6, 7, 8})

	_, err = overflow.Result(ctx)
	var exit *process.ExitError
	if !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) {
		return fmt.Errorf("the overflow ended with %v", err)
	}
	fmt.Printf("  stack overflow: %v\n", err)
	fmt.Printf("                  (errors.As gives *process.ExitError: pid %d, reason %q)\n", exit.PID, exit.Reason)

	_, err = spin.Result(ctx)
	if !errors.Is(err, runtime.ErrTimeout) {
		return fmt.Errorf("the endless loop ended with %v", err)
	}
	fmt.Printf("  endless loop: %v\n", err)

	squares, err := runtime.Collect(ctx, good...)
	fmt.Println("  the other calls:", squares)
	if err != nil {
		return err
	}
	n, err := CallSquare(ctx, pool, 9)
	fmt.Println("  and the pool goes on:", n)
	return err
}
