package main

import (
	"context"
	"fmt"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// squaresInProcesses submits eleven calls, each of which says where it runs.
func squaresInProcesses(ctx context.Context) error {
	pool, err := process.NewPool(process.Config{Name: "squares", Workers: 3, Logger: printed})
	if err != nil {
		return err
	}
	defer pool.Close()

	var futures []*FutureOfInt
	for n := range 11 {
		futures = append(futures, SubmitSquare(ctx, pool, n))
	}
	if err := pool.Shutdown(ctx); err != nil { // waits for all of them
		return err
	}
	squares, err := runtime.Collect(ctx, futures...)
	fmt.Println("  results in order:", squares)
	return err
}

// squaresOnGoroutines is the same work without leaving the process: another
// executor, and Map instead of the loop.
func squaresOnGoroutines(ctx context.Context) error {
	pool, err := runtime.NewPool(runtime.PoolConfig{Workers: 3})
	if err != nil {
		return err
	}
	defer pool.Close()

	numbers := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	squares, err := MapSquare(ctx, pool, numbers)
	fmt.Println("  results in order:", squares)
	return err
}
