package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// A tally is what became of many expressions.
type tally struct {
	answers int
	failed  []*runtime.ItemError
	calls   map[int]int // by the process that has the calculator: how many this has had
}

// crashes returns how many calls the library crashed in.
func (t *tally) crashes() (n int) {
	for _, item := range t.failed {
		if errors.Is(item, runtime.ErrCrashed) {
			n++
		}
	}
	return n
}

func (t *tally) print(texts []string) {
	fmt.Printf("%d expressions have %d answers and %d errors:\n", len(texts), t.answers, len(t.failed))
	for _, item := range t.failed {
		fmt.Printf("  %.15q: %s\n", texts[item.Index], verdict(item.Err))
	}
	fmt.Printf("The answers are of %d calculators, %d at a time: the library crashed %d times, and a process\n"+
		"that has %d MiB is replaced. No calculator had more than %d calls.\n",
		len(t.calls), workers, t.crashes(), enough>>20, slices.Max(slices.Collect(maps.Values(t.calls))))
}

// verdict says what is wrong with an expression, or how its process ended. The Go runtime
// catches the signal of a fault in C, tells which it was, and exits.
func verdict(err error) string {
	var exit *process.ExitError
	if !errors.Is(err, runtime.ErrCrashed) || !errors.As(err, &exit) {
		return err.Error()
	}
	return fmt.Sprintf("crashed: %s (exit status %d)", cmp.Or(exit.Signal, exit.Reason), exit.Code)
}
