package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/offing-go/offing/runtime"
)

// keep is a task whose argument is a pointer, and lifted is one on a state.
var (
	keep  = localTask("Keep", func(context.Context, *[64]int) (int, error) { return 1, nil })
	crate = runtime.DefineConstructor(&runtime.Constructor[struct{}, *int]{
		Task:      runtime.Task{Name: "runtime_test.OpenCrate", Shape: "state()"},
		Open:      func(context.Context, struct{}) (*int, error) { return new(int), nil },
		AppendArg: func(b []byte, _ struct{}) ([]byte, error) { return b, nil },
	})
	lifted = runtime.DefineMethod(&runtime.Method[*int, *[64]int, int]{
		Func: runtime.Func[*[64]int, int]{Task: runtime.Task{Name: "runtime_test.Lifted"}},
		On:   func(context.Context, *int, *[64]int) (int, error) { return 1, nil },
		Home: &crate.Home,
	})
)

// A future that is kept keeps neither the arguments of its call nor, if that was one of
// many, of the others.
func TestFutureDoesNotKeepArguments(t *testing.T) {
	ctx, on := t.Context(), runtime.NewWorkers(runtime.Inline, crate, struct{}{})
	for name, submit := range map[string]func(*[64]int) *runtime.Future[int]{
		"Submit": func(arg *[64]int) *runtime.Future[int] { return runtime.Submit(ctx, runtime.Inline, keep, arg) },
		"SubmitAll": func(arg *[64]int) *runtime.Future[int] {
			return runtime.SubmitAll(ctx, runtime.Inline, keep, []*[64]int{nil, arg})[0]
		},
		"SubmitOn": func(arg *[64]int) *runtime.Future[int] { return runtime.SubmitOn(ctx, on, lifted, arg) },
		"SubmitAllOn": func(arg *[64]int) *runtime.Future[int] {
			return runtime.SubmitAllOn(ctx, on, lifted, []*[64]int{nil, arg})[0]
		},
	} {
		freed := make(chan struct{})
		arg := new([64]int)
		goruntime.AddCleanup(arg, func(int) { close(freed) }, 0)
		f := submit(arg)
		arg = nil
		for n := 0; ; n++ {
			goruntime.GC()
			select {
			case <-freed:
			default:
				if n < 100 {
					continue
				}
				t.Errorf("%s: the argument is still there", name)
			}
			break
		}
		if v, err := f.Result(ctx); v != 1 || err != nil {
			t.Error(name, v, err)
		}
	}
}

// travelling is a decorator that encodes local calls, which it must not.
type travelling struct{ runtime.Local }

func (travelling) Submit(_ context.Context, c runtime.Call) {
	if _, err := c.AppendArgs(nil); err != nil {
		c.Record().Fail(err)
	}
}

func TestLocalCallsDoNotTravel(t *testing.T) {
	ctx, ex := t.Context(), travelling{runtime.Inline}
	on := runtime.NewWorkers(ex, crate, struct{}{})
	_, of := runtime.Submit(ctx, ex, keep, nil).Result(ctx)
	_, ofState := runtime.SubmitOn(ctx, on, lifted, nil).Result(ctx)
	_, many := runtime.Map(ctx, ex, keep, []*[64]int{nil})
	_, manyOfState := runtime.Map(ctx, on, lifted.For(on), []*[64]int{nil})
	for i, err := range []error{of, ofState, many, manyOfState} {
		if !errors.Is(err, runtime.ErrEncoding) || strings.Contains(err.Error(), "panic") {
			t.Error(i, err)
		}
	}
}

// G11: what a call of a small function takes is a cache line.
func TestG11_CallIsACacheLine(t *testing.T) {
	call := runtime.Submit(t.Context(), runtime.Inline, square, 3)
	if size := unsafe.Sizeof(*call) + unsafe.Sizeof(int(0)); size != 64 {
		t.Errorf("future and argument have %d bytes", size)
	}
	if n := testing.AllocsPerRun(100, func() { runtime.Submit(context.Background(), runtime.Inline, square, 3) }); n != 1 {
		t.Errorf("%v allocations", n)
	}
}
