package kitchen

import (
	"context"
	goruntime "runtime"
	"testing"

	"github.com/offing-go/offing/runtime/wire"
)

// A method of the user's may keep the pointer that it is called with: what it points
// to must not be on the stack of the goroutine that decodes.
func TestWhatAMethodKeepsIsNotOnTheStack(t *testing.T) {
	kept = nil
	v := Outer{Other: 1}
	v.Deep[0].Inner = Inner{Keeper: Keeper{7}}
	b, err := taskEchoOuter.AppendArg(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	keptAfter(t, taskEchoOuter.Handler, b, 1)
}

// Nor if what leads to the Keeper is an array that leads back to itself.
func TestWhatAnArrayOfMethodsKeepsIsNotOnTheStack(t *testing.T) {
	kept = nil
	b, err := taskEchoLocker.AppendArg(nil, Locker{{Keeper: Keeper{7}}})
	if err != nil {
		t.Fatal(err)
	}
	keptAfter(t, taskEchoLocker.Handler, b, 2)
}

// keptAfter has a handler decode b, where so many keep the pointer that they are decoded by,
// on a goroutine whose stack others use then, and ends.
func keptAfter(t *testing.T, handler func(ctx context.Context, args *wire.Reader, b []byte) ([]byte, error), b []byte, n int) {
	t.Helper()
	done := make(chan bool)
	go func() {
		defer close(done)
		r := wire.NewReader(b)
		if _, err := handler(context.Background(), &r, nil); err != nil {
			t.Error(err)
		}
		scribble(50)
	}()
	<-done
	goruntime.GC()
	if len(kept) != n || kept[0].N != 7 {
		t.Errorf("kept %d; the first is %v", len(kept), kept[0])
	}
}

// scribble writes over n kilobytes of stack.
//
//go:noinline
func scribble(n int) (sum int) {
	var page [1024]byte
	for i := range page {
		page[i] = byte(i * n)
	}
	if n > 0 {
		sum = scribble(n - 1)
	}
	return sum + int(page[n])
}

// Maps have tables, which are made again when they are full.
func TestG12_LargeMaps(t *testing.T) {
	if race {
		t.Skip("the race detector allocates")
	}
	dense, leaks := arg(taskEchoDense), arg(taskEchoLeaks)
	var m meter
	for _, n := range []int{8, 9, 14, 15, 896, 897, 1000, 1792, 7168, 57344} {
		held, leaky := map[int16][3]Held{}, map[int16]Leaky{}
		for i := range n {
			held[int16(i-1<<15)], leaky[int16(i-1<<15)] = [3]Held{}, Leaky{}
		}
		b, _ := taskEchoDense.AppendArg(nil, held)
		if spent := m.least(func() { _ = dense.try(b) }); spent > allowed(len(b)) {
			t.Errorf("dense of %d: %d bytes allocated for an input of %d", n, spent, len(b))
		}
		b, _ = taskEchoLeaks.AppendArg(nil, Leaks{ByKey: leaky})
		if spent := m.least(func() { _ = leaks.try(b) }); spent > allowed(len(b)) {
			t.Errorf("leaks of %d: %d bytes allocated for an input of %d", n, spent, len(b))
		}
	}
}
