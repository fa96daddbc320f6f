// Crashbox shows ten ways to end a Go program, only the first of which recover
// prevents, and what each costs in a pool of worker processes: one call and one
// typed error. Run it:
//
//	go run ./examples/crashbox
//
// Each failure is run twice: in a child program, on a pool of goroutines, and in
// this program, on a pool of processes. With python3 at hand,
//
//	go run ./examples/crashbox scoreboard
//
// compares the pool of processes with that of Python's concurrent.futures.
package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main() // in a worker process: serves tasks and exits

	ctx := context.Background()
	run := compare
	switch {
	case len(os.Args) == 3 && os.Args[1] == "goroutine":
		run = func(ctx context.Context) error { return onGoroutines(ctx, os.Args[2]) }
	case len(os.Args) == 2 && os.Args[1] == "scoreboard":
		run = scoreboard
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "crashbox:", err)
		os.Exit(1)
	}
}

// compare runs every failure both ways and prints the table. It fails if the
// process pool did not do what the table is there to show.
func compare(ctx context.Context) error {
	pool, err := newPool()
	if err != nil {
		return err
	}
	defer pool.Close()

	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "failure\ton a goroutine\tin a worker process")
	for _, f := range failures {
		goroutine, err := inChild(ctx, f.name)
		if err != nil {
			return err
		}
		verdict, err := f.verdict(f.call(ctx, pool))
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.name, goroutine, verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	squares, err := MapSquare(ctx, pool, []int{1, 2, 3, 4})
	fmt.Println("\nthe pool goes on:", squares)
	return err
}

func newPool() (*process.Pool, error) {
	return process.NewPool(process.Config{
		Name:    "crashbox",
		Workers: 2,
		Memory:  256 << 20,
		Grace:   50 * time.Millisecond,
		Logger:  quiet,
	})
}

// onGoroutines is what a child program does: it runs one failure on a pool of
// goroutines, as a program without worker processes would.
func onGoroutines(ctx context.Context, name string) error {
	if err := limitMemory(512 << 20); err != nil { // or the machine would suffer
		return err
	}
	var pool runtime.Pool
	fmt.Println(failureNamed(name).call(ctx, &pool))
	return nil
}
