package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
)

// A task that returns a result once its context has ended is as late as one that returns
// that end: who is faster, the task or the one who watches the context, does not matter.
func TestA67_AResultAfterTheEndOfTheContextIsLate(t *testing.T) {
	p := newPool(t, 2)
	looks := map[string]func(*runtime.Future[int]){
		"unobserved": func(*runtime.Future[int]) {},
		"observed":   func(f *runtime.Future[int]) { f.OnDone(func(int, error) {}) },
	}
	for name, look := range looks {
		for i := range raceCount(10_000) {
			began := make(chan struct{}, 1)
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), beganKey{}, began))
			f := submit(ctx, p, []*runtime.Func[int, int]{outlasts, polls}[i%2], 1)
			look(f)
			<-began
			cancel()
			if v, err := f.Result(context.Background()); v != 0 || !errors.Is(err, runtime.ErrCanceled) || f.State() != runtime.Canceled {
				t.Fatalf("%s: %d, %v, %v", name, v, err, f.State())
			}
		}
	}
	for range raceCount(500) {
		if v, err := submit(context.WithValue(t.Context(), beganKey{}, make(chan struct{}, 1)), p, overruns, 1).Result(t.Context()); v != 0 || !errors.Is(err, runtime.ErrTimeout) {
			t.Fatalf("a task whose timeout is over: %d, %v", v, err)
		}
	}
}

type beganKey struct{}

var (
	outlasts = intTask("Outlasts", runtime.Task{}, func(ctx context.Context, n int) (int, error) {
		done := ctx.Done()
		ctx.Value(beganKey{}).(chan struct{}) <- struct{}{}
		<-done
		return n, nil
	})
	polls = intTask("Polls", runtime.Task{}, func(ctx context.Context, n int) (int, error) {
		ctx.Value(beganKey{}).(chan struct{}) <- struct{}{}
		for ctx.Err() == nil {
			goruntime.Gosched()
		}
		return n, nil
	})
	overruns = intTask("Overruns", runtime.Task{Timeout: time.Millisecond}, outlasts.Call)
)
