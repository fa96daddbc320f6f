// Native calls a C library that has everything against it: it answers in one buffer for
// all threads, loses memory with every call, and crashes on some texts. Each worker
// process has a handle of its own, which its first call opens and the others use. A
// crash costs one call and one handle, a process that has lost too much memory is
// replaced between two calls, and this program suffers neither.
//
//	go run ./examples/native
//
// The handle is the state of a worker: OpenCalculator is marked //offing:state, and Eval
// runs on CalculatorWorkers only. Built without a C compiler the program says so.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"slices"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// names are what the calculators know.
const names = "price=20 vat=0.19"

const (
	workers = 2        // calculators at once
	enough  = 32 << 20 // bytes that a process may have; it loses a quarter of a megabyte with each call
)

func main() {
	process.Main() // a worker process serves tasks here and exits
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// run works out all expressions, and one more.
func run(ctx context.Context) error {
	pool, err := newPool()
	if err != nil {
		return err
	}
	defer pool.Close()
	calculators := NewCalculatorWorkers(pool, names)
	if _, err := CallEval(ctx, calculators, "1"); errors.Is(err, ErrNoLibrary) {
		fmt.Printf("%v; with it, this shows what is left of a program when the library crashes\n", err)
		return nil
	}
	texts := expressions()
	t, err := evalAll(ctx, calculators, texts)
	if err != nil {
		return err
	}
	t.print(texts)
	answer, err := CallEval(ctx, calculators, "price*(1+vat)")
	if err != nil {
		return err
	}
	fmt.Println("This program lives, and price*(1+vat) is", answer.Text)
	return pool.Shutdown(ctx) // which lets the calculators close, and Close would not
}

func newPool() (*process.Pool, error) {
	return process.NewPool(process.Config{
		Name:          "native",
		Workers:       workers,
		RecycleMemory: enough,
		Logger:        slog.New(slog.DiscardHandler), // a worker that dies says much
	})
}

// evalAll works out texts.
func evalAll(ctx context.Context, calculators *CalculatorWorkers, texts []string) (*tally, error) {
	t := &tally{calls: map[int]int{}}
	for answer, err := range StreamEval(ctx, calculators, slices.Values(texts)) {
		var item *runtime.ItemError
		switch {
		case err == nil:
			t.answers++
			t.calls[answer.PID] = max(t.calls[answer.PID], answer.Calls)
		case errors.As(err, &item):
			t.failed = append(t.failed, item)
		default: // ctx has ended
			return nil, err
		}
	}
	return t, nil
}
