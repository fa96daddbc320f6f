//go:build unix

package process_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

// burn computes for n microseconds.
var burn = onInts(named("Burn"), func(_ context.Context, n int) (int, error) {
	for end := time.Now().Add(time.Duration(n) * time.Microsecond); time.Now().Before(end); {
	}
	return n, nil
})

// die kills its process.
var die = onInts(named("Die"), func(context.Context, int) (int, error) {
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
})

// throughput returns how many calls of f a second a pool of two workers does,
// with a queue that is never empty.
func throughput(b *testing.B, p *process.Pool, f *runtime.Func[int, int], arg, calls int) float64 {
	ctx := context.Background()
	began := time.Now()
	var submitters sync.WaitGroup
	for range 4 {
		submitters.Go(func() {
			for range calls / 4 {
				if _, err := submit(ctx, p, f, arg).Result(ctx); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	submitters.Wait()
	return float64(calls) / time.Since(began).Seconds()
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// BenchmarkMaxTasks compares the throughput with and without replacement, in
// rounds that alternate: calls of a millisecond that wait, and that compute.
func BenchmarkMaxTasks(b *testing.B) {
	for name, f := range map[string]*runtime.Func[int, int]{"wait": nap, "compute": burn} {
		b.Run(name, func(b *testing.B) {
			kinds := []process.Config{{Workers: 2}, {Workers: 2, MaxTasks: 25}, {Workers: 2, MaxTasks: 25, Spare: true}}
			rates := make([][]float64, len(kinds))
			for range 9 {
				for i, c := range kinds {
					p := newPool(b, c)
					throughput(b, p, f, 1000, 100)
					rates[i] = append(rates[i], throughput(b, p, f, 1000, 600))
					p.Close()
				}
			}
			for b.Loop() { // what is measured is above
			}
			never := median(rates[0])
			b.ReportMetric(never, "never/s")
			b.ReportMetric(100*median(rates[1])/never, "%MaxTasks")
			b.ReportMetric(100*median(rates[2])/never, "%MaxTasks+Spare")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkDeath is what the death of a worker costs: from the submit of
// a call that kills its process to the settled call, and to the result of the
// next one, in medians.
func BenchmarkDeath(b *testing.B) {
	for name, spare := range map[string]bool{"": false, "Spare": true} {
		b.Run("worker"+name, func(b *testing.B) {
			p := newPool(b, process.Config{Workers: 1, Spare: spare})
			must(b, p, square, 1)
			var settled, served []float64
			for b.Loop() {
				kill := time.Now()
				<-submit(context.Background(), p, die, 0).Done()
				settled = append(settled, float64(time.Since(kill).Microseconds())/1e3)
				must(b, p, square, 1)
				served = append(served, float64(time.Since(kill).Microseconds())/1e3)
			}
			b.ReportMetric(median(settled), "ms-to-settle")
			b.ReportMetric(median(served), "ms-to-serve")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkStorm is 1,000 calls of which every 50th kills its worker, between
// two runs of 1,000 that do not.
func BenchmarkStorm(b *testing.B) {
	var ratios []float64
	for b.Loop() {
		p := newPool(b, process.Config{Workers: 2})
		throughput(b, p, nap, 200, 200)
		before := throughput(b, p, nap, 200, 1000)
		lost := storm(b, p)
		after := throughput(b, p, nap, 200, 1000)
		if lost != 20 {
			b.Fatalf("%d calls lost", lost)
		}
		ratios = append(ratios, 100*after/before)
		p.Close()
	}
	b.ReportMetric(median(ratios), "%after")
	b.ReportMetric(slices.Min(ratios), "%after-min")
}
