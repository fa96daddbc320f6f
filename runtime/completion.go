package runtime

import (
	"context"
	"sync"
)

// A completion collects futures as they settle, in the order in which they do:
// what Wait, AsCompleted, Collect and First have in common. Futures given twice
// count once; nil ones do not count.
type completion[T any] struct {
	futures []*Future[T]  // as given, without repetition
	stops   []func() bool // of the observers

	mu      sync.Mutex
	settled []*Future[T]  // guarded by mu: in order
	signal  chan struct{} // has a token when settled may have grown
}

// newCompletion registers with each future; stop must be called in the end.
func newCompletion[T any](futures []*Future[T]) *completion[T] {
	c := &completion[T]{signal: make(chan struct{}, 1)}
	seen := make(map[*Future[T]]bool, len(futures))
	for _, f := range futures {
		if f != nil && !seen[f] {
			seen[f] = true
			c.futures = append(c.futures, f)
		}
	}
	for _, f := range c.futures {
		c.stops = append(c.stops, f.record.observe(func() { c.add(f) }))
	}
	return c
}

func (c *completion[T]) add(f *Future[T]) {
	c.mu.Lock()
	c.settled = append(c.settled, f)
	c.mu.Unlock()
	select {
	case c.signal <- struct{}{}:
	default:
	}
}

func (c *completion[T]) stop() {
	for _, stop := range c.stops {
		stop()
	}
}

// next returns the future that settled as number i, and waits for it. It
// returns nil once ctx has ended; what has settled comes first (G4).
func (c *completion[T]) next(ctx context.Context, i int) *Future[T] {
	if f := c.at(i); f != nil {
		return f
	}
	defer enterWait(ctx)()
	for {
		select {
		case <-c.signal:
		case <-ctx.Done():
			return c.at(i)
		}
		if f := c.at(i); f != nil {
			return f
		}
	}
}

func (c *completion[T]) at(i int) *Future[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i < len(c.settled) {
		return c.settled[i]
	}
	return nil
}
