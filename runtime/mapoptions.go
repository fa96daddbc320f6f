package runtime

import "fmt"

// A MapOption adjusts one Map or Stream. A value that makes no sense is an
// error of that Map or Stream, before any task runs.
type MapOption func(*mapOptions) error

type mapOptions struct {
	chunk     int // items a chunk; 0 to adapt
	window    int // items pulled and not yet yielded; 0 for the default
	unordered bool
	goOn      bool // after a failure
	progress  func(done, total int)
	total     int // items in all; 0 if unknown
}

func (o *mapOptions) apply(opts []MapOption) error {
	for _, opt := range opts {
		if err := opt(o); err != nil {
			return err
		}
	}
	if o.window > 0 {
		o.chunk = min(o.chunk, o.window)
	}
	return nil
}

// Chunk makes items travel n at a time. Without it the size adapts itself to
// the time that an item takes, which is right almost always.
func Chunk(n int) MapOption {
	return func(o *mapOptions) error {
		if n < 1 {
			return fmt.Errorf("offing: Chunk(%d): a chunk has at least 1 item", n)
		}
		o.chunk = n
		return nil
	}
}

// Window bounds how many items are taken from the input and not yet given out
// again: what a Stream holds in memory, and how far it runs ahead of the loop. Without
// [Chunk] no more than a quarter of it travels together, if there are workers for four.
func Window(n int) MapOption {
	return func(o *mapOptions) error {
		if n < 1 {
			return fmt.Errorf("offing: Window(%d): a window has at least 1 item", n)
		}
		o.window = n
		return nil
	}
}

// Unordered makes a Stream yield results as they come. A Map returns its
// results in order all the same. Failures carry the index of their item.
func Unordered() MapOption {
	return func(o *mapOptions) error {
		o.unordered = true
		return nil
	}
}

// ContinueOnError makes a Map run every item and return every result, with
// the failures joined into one error. A Stream does so anyway. Items that travel
// together and are ended from outside, as by the Close of a pool, count as ended
// all of them. A Map whose context ends returns no results all the same: use a Stream,
// which has yielded by then what was finished.
func ContinueOnError() MapOption {
	return func(o *mapOptions) error {
		o.goOn = true
		return nil
	}
}

// Progress has fn called as items are done, on the goroutine of the Map or of
// the loop over the Stream, never twice at once. Items that were sent together are
// done together: done grows with each call, by one or by many. total is 0 for a Stream,
// whose length is not known.
func Progress(fn func(done, total int)) MapOption {
	return func(o *mapOptions) error {
		o.progress = fn
		return nil
	}
}
