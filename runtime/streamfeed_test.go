package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

var errNoCode = errors.New("cannot encode")

// picky takes a second, and anything but 7.
var picky = define(&runtime.Func[int, int]{
	Task: runtime.Task{Name: "runtime_test.Picky"},
	Call: func(_ context.Context, n int) (int, error) { time.Sleep(time.Second); return n, nil },
	AppendArg: func(b []byte, n int) ([]byte, error) {
		if n == 7 {
			return b, errNoCode
		}
		return wire.AppendInt(b, n), nil
	},
	ReadArg:      wire.Into((*wire.Reader).Int),
	AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
})

// A chunk that was split has halves in one piece of memory: the first to be done
// must not be used again up to the end of the other.
func TestG10_StreamAfterAChunkWasSplit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, opts := range [][]runtime.MapOption{{runtime.Chunk(8)}, {runtime.Chunk(8), runtime.Window(8)}, {runtime.Chunk(8), runtime.Window(24)}} {
			p := newPool(t, 4)
			fn, _, release := hold()
			for range 3 { // others use the pool too
				submitDo(p, fn)
			}
			i := 0
			for v, err := range runtime.Stream(t.Context(), runtime.RoundTrip(p), picky, seq(100), opts...) {
				if failed := errors.Is(err, runtime.ErrEncoding); failed != (i == 7) || !failed && (v != i || err != nil) {
					t.Errorf("item %d: %d, %v", i, v, err)
				}
				i++
			}
			release()
			if i != 100 {
				t.Errorf("%d items", i)
			}
		}
	})
}

// A source that is slower than a chunk has its items started as they come.
func TestStreamStartsWhatASlowSourceHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var made [10]time.Time // guarded by mu
		source := func(yield func(int) bool) {
			for i := range made {
				time.Sleep(time.Minute)
				mu.Lock()
				made[i] = time.Now()
				mu.Unlock()
				if !yield(i) {
					return
				}
			}
		}
		task := inTest(func(_ context.Context, n int) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			if d := time.Since(made[n]); d > time.Second {
				t.Errorf("item %d started %v after it came", n, d)
			}
			return n, nil
		})
		n := 0
		for v, err := range runtime.Stream(t.Context(), newPool(t, 8), task, source) {
			if v != n || err != nil {
				t.Errorf("item %d: %d, %v", n, v, err)
			}
			n++
		}
	})
}

// The end of the context does not wait until a chunk of a given size is full.
func TestStreamOfAGivenChunkEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		source := func(yield func(int) bool) {
			for i := 0; yield(i); i++ {
				time.Sleep(time.Second)
			}
		}
		began := time.Now()
		var last error
		for _, err := range runtime.Stream(ctx, newPool(t, 8), square, source, runtime.Chunk(1000)) {
			last = err
		}
		if !errors.Is(last, runtime.ErrTimeout) || time.Since(began) > 3*time.Second {
			t.Errorf("%v after %v", last, time.Since(began))
		}
	})
}

// A loop that ends while a chunk is being submitted leaves that chunk alone (run it
// under -race).
func TestStreamEndsWhileAChunkIsSubmitted(t *testing.T) {
	log, _ := newLog()
	p, err := runtime.NewPool(runtime.PoolConfig{Workers: 4, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	task := inTest(func(context.Context, int) (int, error) { panic("p") })
	for at := 1; at < 12; at++ {
		n := 0
		for range runtime.Stream(t.Context(), slowly{runtime.Priority(p, 3)}, task, seq(100), runtime.Chunk(2)) {
			if n++; n == at {
				break // the second item of the chunk panicked too, and the next chunk is being submitted
			}
		}
	}
}

// labelsHere returns the pprof labels of the calling goroutine.
func labelsHere() string {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	for block := range strings.SplitSeq(b.String(), "\n\n") {
		if strings.Contains(block, "labelsHere") {
			_, labels, _ := strings.Cut(block, "# labels:")
			labels, _, _ = strings.Cut(labels, "\n")
			return labels
		}
	}
	return "?"
}

// A call on its caller's goroutine leaves that its labels.
func TestLabelsOfACallHere(t *testing.T) {
	p, err := runtime.NewPool(runtime.PoolConfig{Name: "P", Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	before := labelsHere()
	_, here, _ := callHere(context.Background(), p, func(ctx context.Context) (int, error) {
		pprof.Do(ctx, pprof.Labels("step", "a"), func(context.Context) {})
		return 0, nil
	})
	if after := labelsHere(); !here || after != before {
		t.Errorf("%v: %q before, %q after", here, before, after)
	}
}

// fragile has codecs that panic, as methods of the user's types may.
var fragile = define(&runtime.Func[int, int]{
	Task: runtime.Task{Name: "runtime_test.Fragile"},
	Call: func(_ context.Context, n int) (int, error) { return n, nil },
	AppendArg: func(b []byte, n int) ([]byte, error) {
		if n == 1 {
			panic("encode")
		}
		return wire.AppendInt(b, n), nil
	},
	ReadArg: func(r *wire.Reader, n *int) {
		if *n = r.Int(); *n == 2 {
			panic("decode")
		}
	},
	AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
})

func TestCodecsThatPanicInARoundTrip(t *testing.T) {
	ex := runtime.RoundTrip(newPool(t, 1))
	for n := range 4 {
		v, err := submit(t.Context(), ex, fragile, n).Result(t.Context())
		if bad := n == 1 || n == 2; bad != errors.Is(err, runtime.ErrEncoding) || !bad && (v != n || err != nil) {
			t.Errorf("%d: %d, %v", n, v, err)
		}
	}
	got, err := runtime.Map(t.Context(), ex, fragile, []int{3, 1, 2, 4}, runtime.ContinueOnError())
	if !errors.Is(err, runtime.ErrEncoding) || got[0] != 3 || got[3] != 4 {
		t.Errorf("%v, %v", got, err)
	}
}
