package runtime_test

import (
	"context"
	"fmt"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/offing-go/offing/runtime"
)

// wornLabels returns the pprof labels of goroutines that are in tasks of this
// file, as the goroutine profile prints them, sorted.
func wornLabels(t *testing.T) []string {
	t.Helper()
	var profile strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		t.Fatal(err)
	}
	worn := []string{}
	for _, group := range strings.Split(profile.String(), "\n\n") {
		if !strings.Contains(group, "labelledTask") {
			continue
		}
		labels := "none"
		if _, after, ok := strings.Cut(group, "# labels: "); ok {
			labels, _, _ = strings.Cut(after, "\n")
		}
		worn = append(worn, labels)
	}
	slices.Sort(worn)
	return worn
}

// labelledTask blocks until done is closed.
func labelledTask(began chan<- struct{}, done <-chan struct{}) {
	began <- struct{}{}
	<-done
}

var (
	watchA = localTask("WatchA", func(ctx context.Context, fn func(context.Context)) (int, error) { fn(ctx); return 0, nil })
	watchB = localTask("WatchB", func(ctx context.Context, fn func(context.Context)) (int, error) { fn(ctx); return 0, nil })
)

type watched = runtime.Func[func(context.Context), int]

// wantWorn runs task so that it blocks in labelledTask, by way of around, and
// checks the labels of its goroutine.
func wantWorn(t *testing.T, ctx context.Context, p *runtime.Pool, task *watched, around func(context.Context, func()), want string) {
	t.Helper()
	began, done := make(chan struct{}), make(chan struct{})
	f := submit(ctx, p, task, func(ctx context.Context) {
		around(ctx, func() { labelledTask(began, done) })
	})
	<-began
	got := wornLabels(t)
	close(done)
	f.Result(context.Background())
	if len(got) != 1 || got[0] != want {
		t.Errorf("labels %q, want %s", got, want)
	}
}

func plainly(_ context.Context, block func()) { block() }

const (
	labelsA = `{"pool":"crew", "task":"runtime_test.WatchA"}`
	labelsB = `{"pool":"crew", "task":"runtime_test.WatchB"}`
)

func namedPool(t *testing.T, name string) *runtime.Pool {
	p, err := runtime.NewPool(runtime.PoolConfig{Name: name, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestWorkersCarryLabels(t *testing.T) {
	p := namedPool(t, "crew")
	for range 2 {
		wantWorn(t, t.Context(), p, watchA, plainly, labelsA)
		wantWorn(t, t.Context(), p, watchA, plainly, labelsA)
		wantWorn(t, t.Context(), p, watchB, plainly, labelsB)
	}
	wantWorn(t, t.Context(), namedPool(t, ""), watchA, plainly, `{"task":"runtime_test.WatchA"}`)
}

// The submitter's labels stay on its goroutine, although workers are born on it,
// and in its context.
func TestWorkersDoNotInheritLabels(t *testing.T) {
	pprof.Do(t.Context(), pprof.Labels("request", "7", "task", "mine"), func(ctx context.Context) {
		p := namedPool(t, "crew")
		wantWorn(t, ctx, p, watchA, plainly, labelsA)
		worn := func(ctx context.Context, block func()) { pprof.SetGoroutineLabels(ctx); block() }
		wantWorn(t, ctx, p, watchA, worn, `{"pool":"crew", "request":"7", "task":"runtime_test.WatchA"}`)
		wantWorn(t, ctx, p, watchA, plainly, labelsA)
		began, done := make(chan struct{}), make(chan struct{})
		var mine sync.WaitGroup
		mine.Go(func() { labelledTask(began, done) })
		<-began
		if got := wornLabels(t); len(got) != 1 || got[0] != `{"request":"7", "task":"mine"}` {
			t.Errorf("the submitter's goroutine has %q", got)
		}
		close(done)
		mine.Wait()
	})
}

// A task's own labels come on top, in a task inside a task too, and are gone with
// the call, though the same worker runs the next.
func TestLabelsThatATaskSets(t *testing.T) {
	p := namedPool(t, "crew")
	step := func(ctx context.Context, block func()) {
		pprof.Do(ctx, pprof.Labels("step", "1"), func(context.Context) { block() })
	}
	after := func(ctx context.Context, block func()) { step(ctx, func() {}); block() }
	wantWorn(t, t.Context(), p, watchA, step, `{"pool":"crew", "step":"1", "task":"runtime_test.WatchA"}`)
	wantWorn(t, t.Context(), p, watchA, after, labelsA)
	submit(t.Context(), p, watchB, func(ctx context.Context) {
		wantWorn(t, ctx, namedPool(t, "crew"), watchA, after, labelsA)
	}).Result(t.Context())

	// Both are queued before the first runs, so that one worker runs both.
	gate, began, open := hold()
	submit(t.Context(), p, do, gate)
	<-began
	submit(t.Context(), p, watchA, func(ctx context.Context) {
		pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("left", "behind")))
	})
	blocks, done := make(chan struct{}), make(chan struct{})
	f := submit(t.Context(), p, watchA, func(context.Context) { labelledTask(blocks, done) })
	open()
	<-blocks
	if got := wornLabels(t); len(got) != 1 || got[0] != labelsA {
		t.Errorf("labels %q, want %s", got, labelsA)
	}
	close(done)
	f.Result(t.Context())
}

func TestG11_LabelsAreMadeOnce(t *testing.T) {
	p := namedPool(t, "crew")
	alternate := func() {
		for i := range 100 {
			submitSquare(context.Background(), p, i).Result(context.Background())
			submit(context.Background(), p, half, i).Result(context.Background())
		}
	}
	alternate()
	if n := testing.AllocsPerRun(20, alternate) / 200; n > 2.5 {
		t.Errorf("%.2f allocations a call", n)
	}
}

func TestLabelsOfManyTasks(t *testing.T) {
	p, err := runtime.NewPool(runtime.PoolConfig{Name: "crew", Workers: 8})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	tasks := make([]*watched, 50)
	for i := range tasks {
		tasks[i] = numbered(i)
	}
	var futures []*runtime.Future[int]
	began, done := make(chan struct{}), make(chan struct{})
	p.Resize(len(tasks))
	for _, task := range tasks {
		futures = append(futures, submit(t.Context(), p, task, func(context.Context) { labelledTask(began, done) }))
	}
	for range tasks {
		<-began
	}
	got := wornLabels(t)
	close(done)
	runtime.Collect(t.Context(), futures...)
	for i := range tasks {
		if want := fmt.Sprintf(`{"pool":"crew", "task":"runtime_test.Watch%d"}`, i); !slices.Contains(got, want) {
			t.Errorf("no goroutine has %s", want)
		}
	}
}

var numberedTasks = map[int]*watched{} // a test may run twice, a task is registered once

func numbered(i int) *watched {
	if numberedTasks[i] == nil {
		numberedTasks[i] = localTask(fmt.Sprintf("Watch%d", i), watchA.Call)
	}
	return numberedTasks[i]
}
