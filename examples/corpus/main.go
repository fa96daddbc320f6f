// Corpus hashes every Go file of the Go installation and counts its words, with
// the same call on three executors, and prints how long each of them takes.
//
//	go run ./examples/corpus
//
// The task knows nothing of where it runs: that is one argument of the call.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	goruntime "runtime"
	"text/tabwriter"
	"time"

	"github.com/offing-go/offing/examples/internal/goroot"
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main() // a worker process serves tasks here and exits
	ctx := context.Background()
	dir, err := goroot.Dir(ctx)
	if err != nil {
		fmt.Println(err, "- so this takes the Go files below the working directory")
		dir = "."
	}
	if err := run(ctx, os.Stdout, dir); err != nil {
		log.Fatal(err)
	}
}

// run measures the Go files below dir on each executor and prints a table.
func run(ctx context.Context, out io.Writer, dir string) error {
	paths, err := goroot.Files(dir, ".go")
	if err != nil {
		return err
	}
	n := goruntime.GOMAXPROCS(0)
	goroutines, err := runtime.NewPool(runtime.PoolConfig{Workers: n})
	if err != nil {
		return err
	}
	defer goroutines.Close()
	processes, err := process.NewPool(process.Config{Name: "corpus", Workers: n})
	if err != nil {
		return err
	}
	defer processes.Close()
	fmt.Fprintln(out, "the Go files below", dir)
	return compare(ctx, out, paths, []contestant{
		{"inline", runtime.Inline},
		{fmt.Sprintf("%d goroutines", n), goroutines},
		{fmt.Sprintf("%d worker processes", n), processes},
	})
}

// A contestant is an executor with a name.
type contestant struct {
	name string
	ex   runtime.Executor
}

// compare measures the files on each of the contestants, which must come to the
// same. The speed-up is that over the first.
func compare(ctx context.Context, out io.Writer, paths []string, contestants []contestant) error {
	total, _, err := measure(ctx, runtime.Inline, paths) // the files are in memory now
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%v\n\n", total)
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "executor\ttime\tspeed-up")
	var first time.Duration
	for _, c := range contestants {
		got, took, err := measure(ctx, c.ex, paths)
		if err != nil {
			return err
		}
		if got != total {
			return fmt.Errorf("%s: %v, with another sum", c.name, got)
		}
		if first == 0 {
			first = took
		}
		fmt.Fprintf(table, "%s\t%v\t%.2f\n", c.name, took.Round(time.Millisecond), first.Seconds()/took.Seconds())
	}
	return table.Flush()
}

// measure returns what the files come to on an executor, and how long it took.
func measure(ctx context.Context, ex runtime.Executor, paths []string) (total, time.Duration, error) {
	start := time.Now()
	files, err := MapMeasure(ctx, ex, paths)
	return sum(files), time.Since(start), err
}
