package runtime_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/tasks"
)

var errSpoilt = errors.New("spoilt")

// spoils makes a call with -1 panic, and one with -2 discard its state.
func spoils(_ context.Context, _ *tasks.Desk, n int) (int, error) {
	switch n {
	case -1:
		panic("spoilt")
	case -2:
		return 0, runtime.Discard(errSpoilt)
	}
	return n, nil
}

// For a call from another process, what came of it does not wait until the state that it
// has spoilt is closed: that may hang. The next state does.
func TestG7_CloseOfASpoiltStateHangs(t *testing.T) {
	for _, n := range []int{-1, -2} {
		synctest.Test(t, func(t *testing.T) {
			r, name := room(t)
			closing, leave := make(chan struct{}), make(chan struct{})
			r.Use = spoils
			r.Close = func(*tasks.Desk) error {
				if r.Closed.Load() == 1 {
					close(closing)
					<-leave
				}
				return nil
			}
			desks := tasks.NewDeskWorkers(runtime.RoundTrip(&runtime.Pool{}), name)
			if _, err := tasks.CallSit(t.Context(), desks, n); err == nil {
				t.Error("no error")
			}
			<-closing
			ctx, cancel := context.WithCancelCause(t.Context())
			next, patient := tasks.SubmitSit(ctx, desks, 1), tasks.SubmitSit(t.Context(), desks, 2)
			synctest.Wait()
			wantDesks(t, r, 1, 1)
			cancel(errSpoilt)
			if _, err := next.Result(t.Context()); !errors.Is(err, runtime.ErrCanceled) {
				t.Errorf("got %v", err)
			}
			ended := make(chan []error)
			go func() { ended <- runtime.CloseStates() }()
			synctest.Wait()
			close(leave)
			if errs := <-ended; len(errs) > 0 {
				t.Error(errs)
			}
			if got, err := patient.Result(t.Context()); got != 2 || err != nil {
				t.Error(got, err)
			}
			runtime.CloseStates()
			wantDesks(t, r, 2, 2)
		})
	}
}

// A Close that ends its goroutine is an error of that state, and the others are closed.
func TestCloseOfAStateExits(t *testing.T) {
	r, name := room(t)
	r.Close = func(*tasks.Desk) error { goruntime.Goexit(); return nil }
	other, otherName := new(tasks.Room), name+" beside"
	other.Enter(otherName)
	ex := runtime.RoundTrip(&runtime.Pool{})
	for _, name := range []string{name, otherName} {
		if _, err := tasks.CallSit(t.Context(), tasks.NewDeskWorkers(ex, name), 1); err != nil {
			t.Fatal(err)
		}
	}
	errs := runtime.CloseStates()
	if len(errs) != 1 || !errors.Is(errs[0], runtime.ErrPanic) || !strings.Contains(errs[0].Error(), "Goexit") {
		t.Errorf("got %v", errs)
	}
	wantDesks(t, r, 1, 1)
	wantDesks(t, other, 1, 1)
}

// A call that has no state as its constructor failed is none that states have had.
func TestCallsOfStatesThatDoNotOpen(t *testing.T) {
	r, name := room(t)
	r.Open = func(context.Context) error { return errSpoilt }
	before := runtime.OpenStates()
	desks := tasks.NewDeskWorkers(runtime.RoundTrip(&runtime.Pool{}), name)
	if _, err := tasks.CallSit(t.Context(), desks, 1); err == nil {
		t.Fatal("no error")
	}
	if now := runtime.OpenStates(); now != before {
		t.Errorf("%+v, before it was %+v", now, before)
	}
}
