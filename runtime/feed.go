package runtime

import (
	"context"
	goruntime "runtime"
	"slices"
	"sync"
	"time"
)

// Pacing of chunks. A chunk should take long enough for the price of handing it
// out to vanish, and no longer, so that work stays balanced and results flow.
// Within a process a hand-out costs about a microsecond, to another ten.
const (
	localPace  = 100 * time.Microsecond
	remotePace = time.Millisecond
	maxChunk   = 1 << 16
	maxGrowth  = 16 // from one chunk to the next

	// maxChunkBytes is what an encoded chunk should not be longer than: from
	// there on a copy costs more than a hand-out, and memory counts.
	maxChunkBytes = 1 << 20

	// defaultWindow bounds what a Stream holds in memory, in items.
	defaultWindow = 8192

	// defaultFlying is how many chunks are out at once on an executor that
	// does not tell how many workers it has.
	defaultFlying = 64
)

// A feed hands out the items of one Map or Stream in chunks and takes the
// outcomes back. It belongs to the goroutine of the Map or of the loop over the
// Stream; only finished, which workers call, and submitted come from elsewhere.
//
//	items -> chunk -> hand -> Submit ......> worker ......> finished
//	           ^                                               |
//	           +--- room, size <--- settle <--- ready <--------+
//	                                  |
//	                                  +--> outcome, in order or not
//
// A Map takes its items from a slice, in fill, as there is room. Of a Stream the
// sequence is what drives: each item that it has comes to stream.
type feed[A, R any] struct {
	ctx    context.Context // ends when the feed stops
	ex     Executor
	f      *Func[A, R]
	opts   mapOptions
	pull   func(n int) (items []A, results []R) // of a Map: up to n items; none at the end
	flying []*flight[A, R]                      // in order of the input
	room   int                                  // chunks that may fly at once
	size   int                                  // of the next chunk, in items
	pace   time.Duration                        // that a chunk should take
	pulled int                                  // items taken from the input
	given  int                                  // items given out again
	told   int                                  // given, as the user's progress function has it
	ended  bool                                 // the input has no more
	torn   []span                               // items whose chunk was refused or canceled
	last   *Record                              // of the chunk that was concluded last; nobody else changes it any more

	pending buffers[A, R]   // of a Stream: the next chunk as far as it has come
	spare   []buffers[A, R] // of a Stream: of chunks that are over
	guest   guest[A, R]     // of a Map: this goroutine, when it runs items itself
	latest  *flight[A, R]   // whose outcome take has returned

	inline     bool            // the executor runs calls on the goroutine that submits them, which must be ours
	waits      bool            // the executor makes its submitters wait
	line       []*flight[A, R] // launched and not submitted yet, if it does
	submitting bool            // one is being submitted
	submits    sync.WaitGroup  // of the goroutine that does

	mu     sync.Mutex
	ready  []*flight[A, R] // guarded by mu: settled, not looked at yet
	taken  bool            // guarded by mu: what was being submitted is
	signal chan struct{}   // has a token when ready or taken may have something
}

// A span is n items from the first on.
type span struct{ first, n int }

// Buffers are the memory of a chunk.
type buffers[A, R any] struct {
	items   []A
	results []R
}

// A flight is a chunk on its way.
type flight[A, R any] struct {
	chunk   *chunk[A, R]
	settled bool // by settle
	out     outcome[R]
	free    buffers[A, R] // nobody needs these any more, once out was given out
}

func newFeed[A, R any](ctx context.Context, ex Executor, f *Func[A, R], opts mapOptions) *feed[A, R] {
	d := &feed[A, R]{ctx: ctx, ex: ex, f: f, opts: opts, size: 1, pace: remotePace, room: defaultFlying, signal: make(chan struct{}, 1)}
	if runsHere(ex) {
		d.pace = localPace
	}
	if workers := statsOf(ex).Workers; workers > 0 {
		d.room = roomFor(workers)
	} else if ex == Executor(Inline) {
		d.room = 1
	}
	d.waits, d.inline = countsCalls(ex), innermost(ex) == Executor(Inline)
	if f.Timeout > 0 || f.Retries > 0 || d.waits {
		d.opts.chunk = 1 // timeout and retries are those of an item, so items travel alone
	}
	if d.opts.chunk > 0 {
		d.size = d.opts.chunk
	}
	return d
}

// roomFor is how many chunks may be out on so many workers: each has one, and another
// to go on with.
func roomFor(workers int) int { return 2 * max(1, min(workers, 1<<20)) }

// next returns the next outcome. It returns false at the end, and an error if
// the context ended first.
func (d *feed[A, R]) next() (out outcome[R], ok bool, err error) {
	for filled := false; ; filled = true {
		// One chunk goes out for each that comes in, before it is given to
		// the loop: workers stay busy while the loop does its part. What has
		// settled, or was taken by the executor, makes room first: to look
		// after that would be to wait with room, and to have less out each time.
		d.settle()
		more := d.ctx.Err() == nil && d.fill()
		if d.ctx.Err() != nil {
			d.settle() // what has finished while a Submit took until then
		}
		if !more || filled {
			// What is finished beats the end of ctx (G4), but not a failure that
			// comes from that end.
			if out, ok = d.take(); ok && (!out.late || d.ctx.Err() == nil) {
				return out, true, nil
			}
			d.ignore(out.errs)
		}
		if d.ctx.Err() != nil && (ok || len(d.flying) > 0 || d.hasMore()) {
			return outcome[R]{}, false, d.cause()
		}
		switch none := len(d.flying) == 0; {
		case more || d.work() || none && d.hasMore() && !d.submitting: // settle has made room
		case none && !d.hasMore():
			return out, false, nil
		default: // also for a Submit that returns after its chunk is done
			d.wait()
		}
	}
}

// cause is the error of a Map or Stream whose context has ended.
func (d *feed[A, R]) cause() error {
	return &TaskError{Task: d.f.Name, Started: d.pulled > 0, Err: endedBy(d.ctx)}
}

// stop cancels what is out, now and not when a watcher of the context comes to
// it: no item begins after the Map or Stream has returned. Panics among what is
// finished would be seen by nobody.
func (d *feed[A, R]) stop(cancel context.CancelCauseFunc) {
	cancel(ErrCanceled)
	d.submits.Wait()
	d.disarm()
	for _, fl := range d.flying {
		if fl.settled {
			d.ignore(fl.out.errs)
			continue
		}
		r := fl.chunk.Record()
		if r.end(endedBy(d.ctx)); r.phase() == succeeded { // before that: to look first would miss one that settles in between
			fl.chunk.reportPanics()
		}
	}
}

// ignore logs the panics among outcomes that nobody will look at.
func (d *feed[A, R]) ignore(errs []error) {
	if errs != nil {
		d.last.reportPanics(errs)
	}
}

// fill hands out one more chunk and reports whether it did.
func (d *feed[A, R]) fill() bool {
	if !d.hasRoom() || d.guest.eager {
		return false
	}
	if rest := d.restFlight(); rest != nil {
		d.launch(rest)
		return true
	}
	if d.ended || d.pull == nil {
		return false
	}
	items, results := d.pull(d.fitting())
	if len(items) == 0 {
		d.ended = true
		return false
	}
	d.hand(items, results)
	return true
}

// hasRoom reports whether another chunk may be handed out. It waits until a whole one
// fits into the window: to fill each gap would keep chunks as small as the first were,
// as one is handed out for each that comes in.
func (d *feed[A, R]) hasRoom() bool { return d.mayFly() && !d.submitting }

// mayFly is hasRoom once the executor has taken what is being submitted.
func (d *feed[A, R]) mayFly() bool {
	fits := d.opts.window == 0 || d.left() >= d.whole() || d.opts.chunk > 0 && d.left() > 0
	return fits && len(d.flying) < d.room
}

// maxShares is among how many chunks the window is divided at most. More would mix slow
// items among quick ones better, but of 8192 trivial items 1024 are not worth handing
// out: with 8 shares a Stream of them took 12 % longer than with one, with 4 it is 6.
const maxShares = 4

// fitting is how many items the next chunk may have.
func (d *feed[A, R]) fitting() int {
	if d.opts.window == 0 {
		return d.size
	}
	return min(d.whole(), d.left())
}

// left is how many items the window has room for.
func (d *feed[A, R]) left() int { return d.opts.window - (d.pulled - d.given) }

// whole is how many items of a window are a chunk: its share and no more, however
// quick they seem to be. If they are slow after all, they are not on one worker while
// the window is full of them and the others have nothing.
func (d *feed[A, R]) whole() int {
	if d.opts.chunk > 0 {
		return d.size
	}
	return min(d.size, max(1, d.opts.window/min(d.room, maxShares)))
}

// hand hands out a chunk of items.
func (d *feed[A, R]) hand(items []A, results []R) {
	d.launch(d.flightOf(items, results))
}

// flightOf makes a chunk of the next items.
func (d *feed[A, R]) flightOf(items []A, results []R) *flight[A, R] {
	c := &chunk[A, R]{f: d.f, first: d.pulled, items: items, results: results, goOn: d.opts.goOn}
	d.pulled += len(items)
	fl := &flight[A, R]{chunk: c}
	d.flying = append(d.flying, fl)
	return fl
}

// launch submits a chunk. An executor that has made us wait once for its queue,
// or for a turn, is waited for aside from then on, or it would hold back results
// and failures that are known.
func (d *feed[A, R]) launch(fl *flight[A, R]) {
	fl.chunk.Init(d.ctx, &d.f.Task)
	if d.waits && !d.inline {
		d.line = append(d.line, fl)
		d.advance()
		return
	}
	began := time.Now()
	d.submit(fl)
	d.waits = time.Since(began) > patience
}

// patience is how long a Submit may take that does not wait.
const patience = time.Millisecond

// advance submits the first of the line unless one is being submitted.
func (d *feed[A, R]) advance() {
	if d.submitting || len(d.line) == 0 {
		return
	}
	fl := d.line[0]
	d.line = slices.Delete(d.line, 0, 1)
	d.submitting = true
	d.submits.Go(func() {
		defer d.submitted()
		d.submit(fl)
	})
}

func (d *feed[A, R]) submit(fl *flight[A, R]) {
	c := fl.chunk
	defer c.Record().onDone(func() { d.finished(fl) })
	d.ex.Submit(d.ctx, c)
}

// submitted tells the feed that the executor has taken a chunk.
func (d *feed[A, R]) submitted() {
	d.mu.Lock()
	d.taken = true
	d.mu.Unlock()
	d.wake()
}

// wake makes the feed look again.
func (d *feed[A, R]) wake() {
	select {
	case d.signal <- struct{}{}:
	default:
	}
}

// finished is called by whoever settles the chunk.
func (d *feed[A, R]) finished(fl *flight[A, R]) {
	d.mu.Lock()
	d.ready = append(d.ready, fl)
	d.interruptLocked()
	d.mu.Unlock()
	d.wake()
}

// wait returns when another chunk may have settled or the context has ended.
func (d *feed[A, R]) wait() {
	goruntime.Gosched() // a worker that was just woken may be done by then
	select {
	case <-d.signal:
		return
	default:
	}
	defer enterWait(d.ctx)()
	select {
	case <-d.signal:
	case <-d.ctx.Done():
	}
}

// settle looks at the chunks that have settled.
func (d *feed[A, R]) settle() {
	d.mu.Lock()
	ready, taken := d.ready, d.taken
	d.ready, d.taken = nil, false
	d.mu.Unlock()
	if taken {
		d.submitting = false
		d.advance()
	}
	for _, fl := range ready {
		d.conclude(fl)
	}
}

func (d *feed[A, R]) conclude(fl *flight[A, R]) {
	c := fl.chunk
	d.last = c.Record()
	err := c.Record().outcome()
	if err == nil {
		d.adapt(c.done, c.bytes, c.elapsed)
	}
	out, rest := c.conclude(err)
	if out.torn {
		d.torn = append(d.torn, span{out.first, len(out.results)})
	}
	if err == nil {
		fl.free = buffers[A, R]{c.items, c.results} // all ran, and nobody does any more
	}
	fl.settled, fl.out, fl.chunk = true, out, nil
	for _, c := range rest {
		after := &flight[A, R]{chunk: c}
		d.flying = slices.Insert(d.flying, slices.Index(d.flying, fl)+1, after)
		d.launch(after)
		fl = after
	}
}

// adapt learns from a chunk of n items that took so many bytes and so long.
func (d *feed[A, R]) adapt(n, bytes int, took time.Duration) {
	d.appraise(n, took)
	switch {
	case d.opts.chunk > 0:
	case bytes > maxChunkBytes || took > 2*d.pace:
		d.size = min(d.size, max(1, n/8)) // of what was handed out, which the window may have cut
	case n < d.size:
	case 4*bytes > maxChunkBytes:
	case took < d.pace/2:
		d.size = min(d.size*min(int(d.pace/max(took, 1)), maxGrowth), maxChunk)
	}
}

// hasOutcome reports whether take has something to return.
func (d *feed[A, R]) hasOutcome() bool {
	for _, fl := range d.flying {
		if fl.settled {
			return true
		}
		if !d.opts.unordered {
			break
		}
	}
	return false
}

// take returns the first outcome that may be given out, and forgets it.
func (d *feed[A, R]) take() (out outcome[R], ok bool) {
	for i, fl := range d.flying {
		if fl.settled {
			copy(d.flying[i:], d.flying[i+1:])
			d.flying[len(d.flying)-1] = nil
			d.flying = d.flying[:len(d.flying)-1]
			d.given += len(fl.out.results)
			d.latest = fl
			d.report()
			return fl.out, true
		}
		if !d.opts.unordered {
			break
		}
	}
	return out, false
}

// report tells the user how many items are done, unless an outcome had none: that of a chunk
// which was cut before its first, or is to be tried again.
func (d *feed[A, R]) report() {
	if d.opts.progress != nil && d.given > d.told {
		d.told = d.given
		d.opts.progress(d.given, d.opts.total)
	}
}
