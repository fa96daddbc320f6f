// Regexkill matches texts by a regular expression that backtracks. One of them would
// take days: its call ends after 200 ms, with the process that it ran in, and the next
// text is matched as if nothing had been.
//
//	go run -C examples/regexkill .
//
// The library has a timeout of its own, which is not used here: the next one that
// hangs may have none.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// pattern is meant for words with a space between them. It can take a word of n
// letters apart in 2^(n-1) ways, and tries all of them, with all those of the other
// words, before it says that a text does not match.
const pattern = `^(\w+\s?)*$`

var texts = []string{
	"the quick brown fox",
	"the quick brown fox jumps over the lazy dog and never comes back!",
	"the lazy dog",
	"dog & fox",
}

func main() {
	process.Main() // a worker process serves tasks here and exits
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// run matches the texts on one worker.
func run(ctx context.Context) error {
	pool, err := newPool()
	if err != nil {
		return err
	}
	defer pool.Close()
	for _, text := range texts {
		start := time.Now()
		matches, err := CallMatch(ctx, pool, pattern, text)
		took := time.Since(start).Round(time.Millisecond)
		switch {
		case err == nil:
			fmt.Printf("%q matches: %v, after %v\n", text, matches, took)
		case errors.Is(err, runtime.ErrTimeout):
			fmt.Printf("%q: stopped after %v in %s\n", text, took, whereabouts(ctx, err))
		default:
			return err
		}
	}
	return nil
}

// newPool returns a pool of one worker, which is gone soon after its call has ended.
func newPool() (*process.Pool, error) {
	return process.NewPool(process.Config{
		Name:    "regexkill",
		Workers: 1,
		Grace:   20 * time.Millisecond,
		Logger:  slog.New(slog.DiscardHandler), // whereabouts has what it would log
	})
}

// whereabouts returns the function of the library that a task was in when it was
// stopped, from the stacks that its worker left behind.
func whereabouts(ctx context.Context, err error) string {
	var after *process.Aftermath
	if errors.As(err, &after) {
		if exit, err := after.Wait(ctx); err == nil && exit != nil {
			for line := range strings.Lines(exit.Stacks) {
				if strings.HasPrefix(line, "github.com/dlclark/") {
					return line[:strings.LastIndexByte(line, '(')]
				}
			}
		}
	}
	return "a place unknown"
}
