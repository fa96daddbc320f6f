//go:build linux

package process_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

var (
	// reserve allocates n MiB at once and touches none.
	reserve = onInts(named("Reserve"), func(_ context.Context, n int) (int, error) {
		hoard = append(hoard, make([]byte, n<<20))
		return n, nil
	})
	environ = onBytes(named("Environ"), func(_ context.Context, name []byte) ([]byte, error) {
		return []byte(os.Getenv(string(name))), nil
	})
	victim = onBytes(named("Victim"), func(context.Context, []byte) ([]byte, error) {
		return os.ReadFile("/proc/self/oom_score_adj")
	})
)

func wantMemoryError(t *testing.T, err error) {
	t.Helper()
	var exit *process.ExitError
	var lost *runtime.TaskError
	switch {
	case !errors.Is(err, runtime.ErrMemory) || errors.Is(err, runtime.ErrCrashed):
		t.Fatalf("got %v", err)
	case !errors.As(err, &exit) || exit.PID == 0 || !errors.As(err, &lost) || !lost.Started:
		t.Fatalf("got %#v", err)
	case !strings.Contains(err.Error(), "limit 256.0 MiB") || !strings.Contains(err.Error(), " MiB used") ||
		strings.Contains(err.Error(), " 0.0 MiB used"):
		t.Fatalf("not both figures: %v", err)
	}
}

// rss returns the resident memory of this process in MiB.
func rss(t *testing.T) int {
	n, err := ownRSS()
	if err != nil {
		t.Skip(err)
	}
	return n
}

// ownRSS is rss where the system tells.
func ownRSS() (int, error) {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.Fields(string(b))[1])
	return n * os.Getpagesize() >> 20, err
}

func TestG5_MemoryHogCostsItsCallAlone(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, Memory: 256 << 20})
	must(t, p, square, 1)
	goruntime.GC()
	before := rss(t)
	for range 3 {
		hungry := submit(t.Context(), p, hog, -1)
		var neighbours []*runtime.Future[int]
		for i := range 200 {
			neighbours = append(neighbours, submit(t.Context(), p, square, i))
		}
		_, err := hungry.Result(t.Context())
		wantMemoryError(t, err)
		for i, f := range neighbours {
			if v, err := f.Result(t.Context()); err != nil || v != i*i {
				t.Fatalf("neighbour %d: %d, %v", i, v, err)
			}
		}
	}
	if after := rss(t); after > before+64 {
		t.Fatalf("the parent has %d MiB, %d before", after, before)
	}
}

func TestMemoryBelowTheLimitIsFine(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Memory: 256 << 20})
	first := must(t, p, pid, 0)
	must(t, p, hog, 64)
	if must(t, p, pid, 0) != first {
		t.Fatal("the worker was replaced")
	}
}

// What is allocated at once and not used shows in no resident memory: only the
// kernel's limit stops it.
func TestMemoryKernelLimitStandsBehindTheWatch(t *testing.T) {
	const mib = 2048
	free := newPool(t, process.Config{Workers: 1})
	if _, err := do(t, free, reserve, mib); err != nil {
		t.Skip("the machine has too little memory: ", err)
	}
	p := newPool(t, process.Config{Workers: 1, Memory: 256 << 20})
	_, err := do(t, p, reserve, mib)
	wantMemoryError(t, err)
	var exit *process.ExitError
	if !errors.As(err, &exit) || exit.Signal != "" || exit.Reason == "" {
		t.Fatalf("got %+v", exit)
	}
	if must(t, p, square, 3) != 9 {
		t.Fatal("the pool does not go on")
	}
}

// The kernel's refusal may meet the collector, which Go has fault then.
func TestMemoryRefusedToTheCollector(t *testing.T) {
	if underRace {
		t.Skip("a worker under the race detector has more than the limit")
	}
	for range 20 {
		p := newPool(t, process.Config{Workers: 1, Memory: 64 << 20})
		if _, err := do(t, p, reserve, 300); !errors.Is(err, runtime.ErrMemory) {
			t.Fatalf("got %v", err)
		}
		p.Close()
	}
}

func TestMemoryBelowAnIdleWorker(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, Memory: 1 << 20})
	_, err := do(t, p, square, 3)
	if !errors.Is(err, runtime.ErrBroken) || !strings.Contains(err.Error(), "Config.Memory allows 1.0 MiB: raise that") {
		t.Fatalf("got %v", err)
	}
}

func TestMemoryLimitOfTheCollector(t *testing.T) {
	const limit = 256 << 20
	p := newPool(t, process.Config{Workers: 1, Memory: limit})
	if got, want := string(must(t, p, environ, []byte("GOMEMLIMIT"))), fmt.Sprint(limit/10*9); got != want {
		t.Errorf("GOMEMLIMIT=%s, want %s", got, want)
	}
	p = newPool(t, process.Config{Workers: 1, Memory: limit, Env: []string{"GOMEMLIMIT=100MiB"}})
	if got := string(must(t, p, environ, []byte("GOMEMLIMIT"))); got != "100MiB" {
		t.Errorf("GOMEMLIMIT=%s", got)
	}
}

func TestWorkersAreTheKernelsFirstVictims(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1})
	if got := strings.TrimSpace(string(must(t, p, victim, nil))); got != "1000" {
		t.Fatalf("oom_score_adj is %s", got)
	}
}

// A worker above the mark after a call has no other.
func TestRecycleMemoryReplacesWorkerAboveTheMark(t *testing.T) {
	p := newPool(t, process.Config{Workers: 1, RecycleMemory: 128 << 20})
	first := must(t, p, pid, 0)
	must(t, p, hog, 16)
	if must(t, p, pid, 0) != first {
		t.Fatal("replaced below the mark")
	}
	must(t, p, hog, 160)
	if must(t, p, pid, 0) == first {
		t.Fatal("not replaced above the mark")
	}
	eventually(t, "the first is reaped", func() bool { return !alive(first) && len(p.Workers()) == 1 })
}

// A mark that every process is above must not replace them without end.
func TestRecycleMemoryBelowAnyProcess(t *testing.T) {
	p := newPool(t, process.Config{Workers: 2, RecycleMemory: 1})
	seen := map[int]bool{}
	for range 10 {
		id := must(t, p, pid, 0)
		if seen[id] {
			t.Fatal("a process served twice")
		}
		seen[id] = true
	}
}
