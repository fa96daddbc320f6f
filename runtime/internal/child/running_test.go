package child

import (
	"context"
	"testing"

	"github.com/offing-go/offing/runtime"
)

// A crew is the lanes of a worker without one.
type crew struct {
	running
	board *Board
}

func newCrew(lanes int) *crew {
	return &crew{running: running{lanes: make([]lane, lanes)}, board: localBoard()}
}

// start begins call id as a server does, unless it was withdrawn.
func (c *crew) start(lane int, id uint64) *callContext {
	ctx := &callContext{id: id, from: &origin{base: context.Background()}}
	if !c.board.Begin(id) {
		c.skip(id)
		return nil
	}
	c.begin(&c.lanes[lane], ctx)
	return ctx
}

// end takes the cancel of call id, as the watch does.
func (c *crew) end(id uint64) { c.cancel(id, c.board.Begun()) }

func (c *crew) check(t *testing.T, ctx *callContext, canceled bool) {
	t.Helper()
	if got := context.Cause(ctx) == runtime.ErrCanceled; got != canceled {
		t.Errorf("call %d is canceled: %t", ctx.id, got)
	}
}

// A cancel hits its call, whether it comes before it, while it runs or after, and no
// other.
func TestG3_CancelOfACallHitsThatOne(t *testing.T) {
	c := newCrew(2)
	c.end(2)
	first, second := c.start(0, 1), c.start(1, 2)
	c.check(t, first, false)
	c.check(t, second, true)
	c.end(1)
	c.check(t, first, true)
	first.finish()
	third := c.start(0, 3)
	c.end(1) // long over
	c.end(2)
	c.check(t, third, false)
	third.finish()
	c.end(3) // just over; its lane has it still
	fourth := c.start(1, 4)
	c.check(t, fourth, false)
	if n := c.noted.Load(); n != 0 || len(c.early) != 0 {
		t.Errorf("%d cancels are kept, %d", n, len(c.early))
	}
}

// A cancel that comes just when its call begins is not lost.
func TestG3_CancelWhileItsCallBegins(t *testing.T) {
	c := newCrew(2)
	began := make([]*callContext, 20_000)
	collide(len(began), func(i int) {
		began[i] = c.start(i%2, uint64(i+1))
	}, func(i int) {
		c.end(uint64(i + 1))
	})
	for _, ctx := range began {
		c.check(t, ctx, true)
		ctx.finish()
	}
	if n := c.noted.Load(); n > 1 || n != int64(len(c.early)) { // of the last one, seen by both
		t.Fatalf("%d cancels are kept, %d", n, len(c.early))
	}
}

// Cancels of calls that never come, or never begin, do not pile up.
func TestEarlyCancelsDoNotPileUp(t *testing.T) {
	c := newCrew(1)
	for id := uint64(1); id <= 10_000; id++ {
		switch id % 4 {
		case 0: // withdrawn, and canceled before that was seen
			c.end(id)
			c.board.Withdraw(id)
			if c.start(0, id) != nil {
				t.Fatal("a call that was withdrawn began")
			}
		case 1: // canceled, and never sent
			c.end(id)
		default:
			c.start(0, id).finish()
			c.end(id - 1)
			c.end(id)
		}
		if n := len(c.early); n > 2 || int64(n) != c.noted.Load() {
			t.Fatalf("call %d: %d cancels are kept, %d counted", id, n, c.noted.Load())
		}
	}
}
