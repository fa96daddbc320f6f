// Quicksort has tasks that wait for tasks on their own pool, to any depth, on two
// workers: one that waits lends its slot to those that it waits for.
//
//	go run ./examples/quicksort
//
// With a pool that does not lend, as those of Python's concurrent.futures, two
// calls that wait would hold both workers, and nothing would ever run again.
package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
)

//go:generate go tool offing

// pool runs every call, those that a call waits for too.
var pool runtime.Pool

// short is how many numbers are not worth two calls.
const short = 100

var (
	calls atomic.Int64 // how many there were
	open  atomic.Int64 // those that have not returned: they wait, but for the two that run
	most  atomic.Int64 // the largest value of open
)

// Sort sorts numbers in place, by a call for either side of a pivot. It is local:
// in a worker process it would sort a copy.
//
//offing:task local
func Sort(ctx context.Context, numbers []int) error {
	calls.Add(1)
	note(open.Add(1))
	defer open.Add(-1)
	if len(numbers) <= short {
		slices.Sort(numbers)
		return nil
	}
	low, high := partition(numbers)
	_, err := runtime.Collect(ctx, SubmitSort(ctx, &pool, low), SubmitSort(ctx, &pool, high))
	return err
}

// partition moves the numbers below one of them to the front and returns what is
// before and after it.
func partition(numbers []int) (low, high []int) {
	last := len(numbers) - 1
	numbers[last/2], numbers[last] = numbers[last], numbers[last/2]
	cut := 0
	for i, n := range numbers[:last] {
		if n < numbers[last] {
			numbers[cut], numbers[i] = n, numbers[cut]
			cut++
		}
	}
	numbers[cut], numbers[last] = numbers[last], numbers[cut]
	return numbers[:cut], numbers[cut+1:]
}

// note keeps the largest n in most.
func note(n int64) {
	for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
	}
}

func main() {
	if err := sortOnTwo(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("at most %d calls were open at a time, of which two ran\n", most.Load())
}

// sortOnTwo sorts a hundred thousand numbers on a pool of two.
func sortOnTwo(ctx context.Context) error {
	calls.Store(0)
	if err := pool.Resize(2); err != nil {
		return err
	}
	numbers := rand.New(rand.NewPCG(1, 2)).Perm(100_000)
	if err := CallSort(ctx, &pool, numbers); err != nil {
		return err
	}
	fmt.Printf("%d numbers, %d calls on %d workers, sorted: %v\n",
		len(numbers), calls.Load(), pool.Stats().Workers, slices.IsSorted(numbers))
	return nil
}
