package runtime_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/part"
	"github.com/offing-go/offing/runtime/wire"
)

// A far is an executor whose worker is some time away and says that the items of each
// batch took so long.
type far struct {
	away    time.Duration
	said    time.Duration
	batches int
}

func (f *far) Submit(_ context.Context, c runtime.Call) {
	f.batches++
	args, err := c.AppendArgs(nil)
	if err != nil || !c.Record().Start() {
		panic("cannot be")
	}
	time.Sleep(f.away)
	var reply []byte
	r := wire.NewReader(args)
	c.Record().Task().Batch(context.Background(), &r, partsTo(func(outcome []byte, plain bool) {
		reply = part.Append(reply, outcome, plain)
	}))
	c.(interface{ Took(time.Duration) }).Took(f.said)
	r = wire.NewReader(reply)
	c.Deliver(&r)
}

// partsTo takes each outcome of a batch by itself.
type partsTo func(outcome []byte, plain bool)

func (f partsTo) Room() []byte { return nil }

func (f partsTo) Put(outcome []byte, plain bool) (room []byte, more bool) {
	f(outcome, plain)
	return nil, true
}

// Chunks are as long as their items take, and not the way to the worker and back: that is
// what is to be shared. A worker that says more than can be is not believed, nor one that
// says nothing.
func TestPaceIsThatOfTheWorker(t *testing.T) {
	const n = 3000
	for name, tt := range map[string]struct {
		away, said time.Duration
		large      bool
	}{
		"quick":             {time.Second, time.Microsecond, true},
		"slow":              {time.Second, 900 * time.Millisecond, false},
		"a lie":             {time.Microsecond, time.Hour, true},
		"negative":          {time.Second, -time.Hour, false},
		"nothing":           {time.Second, 0, false},
		"nothing, and near": {time.Microsecond, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ex := &far{away: tt.away, said: tt.said}
				got, err := runtime.Map(t.Context(), ex, square, make([]int, n))
				if err != nil || len(got) != n {
					t.Fatal(len(got), err)
				}
				if tt.large && ex.batches > n/20 || !tt.large && ex.batches != n {
					t.Errorf("%d chunks of %d items", ex.batches, n)
				}
			})
		})
	}
}
