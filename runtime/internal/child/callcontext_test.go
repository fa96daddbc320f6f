package child

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
)

type keyOfTest struct{}

// newTestContext returns the context of a call with so much time; 0 for any.
func newTestContext(limit time.Duration) *callContext {
	c := &callContext{id: 7, from: &origin{base: context.WithValue(context.Background(), keyOfTest{}, "value"), spoil: func() {}}}
	if limit != 0 {
		c.from.deadline = time.Now().Add(limit)
	}
	return c
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// checkContext asks everything there is to ask, in an order: what is asked first may not change
// what comes after.
func checkContext(t *testing.T, c *callContext, order int, err, cause error) {
	t.Helper()
	questions := []func(){
		func() {
			if got := c.Err(); got != err {
				t.Errorf("Err is %v, want %v", got, err)
			}
		},
		func() {
			if got := context.Cause(c); !errors.Is(got, cause) || (got == nil) != (cause == nil) {
				t.Errorf("Cause is %v, want %v", got, cause)
			}
		},
		func() {
			if got := closed(c.Done()); got != (err != nil) {
				t.Errorf("Done is closed: %t, Err is %v", got, err)
			}
		},
		func() {
			if got := c.Value(keyOfTest{}); got != "value" {
				t.Errorf("Value is %v", got)
			}
		},
	}
	for i := range questions {
		questions[(i+order)%len(questions)]()
	}
}

// Each end of a call, whatever was asked before and is asked first after it.
func TestCallContextEnds(t *testing.T) {
	mine := errors.New("mine")
	ends := map[string]struct {
		end        func(c *callContext)
		err, cause error
	}{
		"not":                  {func(*callContext) {}, nil, nil},
		"finished":             {func(c *callContext) { c.finish() }, context.Canceled, context.Canceled},
		"canceled":             {func(c *callContext) { c.cancel(mine) }, context.Canceled, mine},
		"canceled twice":       {func(c *callContext) { c.cancel(mine); c.cancel(errors.ErrUnsupported) }, context.Canceled, mine},
		"finished, canceled":   {func(c *callContext) { c.finish(); c.cancel(mine) }, context.Canceled, context.Canceled},
		"canceled, finished":   {func(c *callContext) { c.cancel(mine); c.finish() }, context.Canceled, mine},
		"its time is over":     {func(*callContext) { wait(time.Minute) }, context.DeadlineExceeded, runtime.ErrTimeout},
		"its time, finished":   {func(c *callContext) { wait(time.Minute); c.finish() }, context.DeadlineExceeded, runtime.ErrTimeout},
		"finished, its time":   {func(c *callContext) { c.finish(); c.Done(); wait(time.Minute) }, context.Canceled, context.Canceled},
		"canceled in its time": {func(c *callContext) { c.cancel(mine); wait(time.Minute) }, context.Canceled, mine},
	}
	befores := map[string]func(c *callContext){
		"nothing": func(*callContext) {},
		"Done":    func(c *callContext) { c.Done() },
		"Err":     func(c *callContext) { c.Err() },
		"Value":   func(c *callContext) { c.Value(keyOfTest{}) },
	}
	for name, e := range ends {
		for before, ask := range befores {
			t.Run(name+" after "+before, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					for order := range 4 {
						c := newTestContext(time.Minute)
						ask(c)
						e.end(c)
						checkContext(t, c, order, e.err, e.cause)
						c.finish()
					}
				})
			})
		}
	}
}

func TestCallContextDeadline(t *testing.T) {
	if d, ok := newTestContext(0).Deadline(); ok || !d.IsZero() {
		t.Errorf("one without has %v", d)
	}
	c := newTestContext(time.Hour)
	defer c.finish()
	child, cancel := context.WithCancel(c)
	defer cancel()
	for _, ctx := range []context.Context{c, child} {
		if d, ok := ctx.Deadline(); !ok || !d.Equal(c.from.deadline) {
			t.Errorf("%v, %t", d, ok)
		}
	}
}

// Whoever waits hears of the end, whichever comes first: that he asks, or the end.
func TestCallContextEndsWhileAsked(t *testing.T) {
	calls := make([]*callContext, 10_000)
	for i := range calls {
		calls[i] = newTestContext(0)
	}
	collide(len(calls), func(i int) {
		calls[i].Done()
	}, func(i int) {
		if i%2 == 0 {
			calls[i].cancel(runtime.ErrCanceled)
		}
		calls[i].finish()
	})
	for i, c := range calls {
		want := []error{runtime.ErrCanceled, context.Canceled}[i%2]
		if !closed(c.Done()) || context.Cause(c) != want {
			t.Fatalf("call %d: %v, want %v", i, context.Cause(c), want)
		}
	}
}

// A context that is over has no timer left, and no goroutine: the bubble would wait.
func TestCallContextLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		for _, ask := range []bool{false, true} {
			c := newTestContext(time.Hour)
			if ask {
				c.Done()
			}
			context.AfterFunc(c, func() {})
			c.finish()
			c.Done()
		}
		synctest.Wait()
		if d := time.Since(began); d != 0 {
			t.Errorf("%v have passed", d)
		}
	})
}
