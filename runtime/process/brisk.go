package process

import "time"

// A worker is brisk while it has calls that each take less than briskTime, which is less
// than it takes to wait for anything: it needs a processor all the time. It still is when
// they are over and its owner delivers what they returned, as he looks at the queue after
// that. As many brisk workers as there are processors have them all, so no idle one is
// woken for a call then, and no other started: it would take a processor away from
// another. Eight workers on two processors were measured to spend half of their time on
// that. The calls stay in the queue, where the brisk ones take them from, many at once.
//
// What was brisk may turn out not to be, and who was to look at the queue may be long over
// a callback, or a codec. The lookout then has others take what is queued, within some two
// milliseconds, as it does behind calls that wait inside a worker. So whoever leaves a call
// in the queue for a brisk worker sets it.
const briskTime = 5 * time.Microsecond

// oddTime is what a brisk worker may take for a call, or for some, now and then: the first
// one after a pause, or one in which the processor was another's for a moment. If as long
// again is what the next ones take it is not brisk.
const oddTime = 20 * briskTime

func (p *pace) brisk() bool {
	isBrisk := func(each time.Duration) bool { return each > 0 && each < briskTime }
	return isBrisk(p.each) || isBrisk(p.was) && p.last < oddTime
}

// countLocked counts w as brisk if it is, and not if it is not; w.mu is held. It is to
// be called whenever that may have changed. Calls whose callers wait for them do not
// count, nor do those of which several run at once: they wait for something.
func (w *worker) countLocked() {
	if is := w.pace.brisk() && w.fed && w.pool.config.TasksPerWorker == 1; is != w.brisk {
		w.brisk = is
		if is {
			w.pool.brisk.Add(1)
		} else {
			w.pool.brisk.Add(-1)
		}
	}
}

// rest notes that w has nothing to do, if that is so. Who is about to make it idle calls it
// first, and looks at the queue after that: who queues a call and finds w counted as brisk
// leaves the call to him. (Where w comes to its end instead nobody looks but the lookout.)
func (w *worker) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.line.len() == 0 {
		w.fed = false
		w.countLocked()
	}
}

// processorsTaken reports whether brisk workers have all processors.
func (p *Pool) processorsTaken() bool { return p.brisk.Load() >= p.processors }

// sharers is how many workers are to have what is queued: all, or those that have all
// processors.
func (p *Pool) sharers() int {
	all, brisk := p.width.Load(), p.brisk.Load()
	if brisk >= p.processors {
		all = min(all, brisk)
	}
	return int(max(1, all))
}

// neglected reports whether calls are queued although workers are idle, or there may be
// more, and has those take them unless that is as it should be.
func (p *Pool) neglected() bool {
	n := p.queue.Len()
	if n == 0 {
		return false
	}
	p.mu.Lock()
	defer p.release()
	if p.processorsTaken() {
		p.demandLocked() // who submits does not come to that then
		return true
	}
	some := len(p.idle) > 0 || p.places < p.limit && !p.closed
	if some {
		p.wakeLaterLocked(min(n, p.limit))
	}
	return some
}

// wakeLater is wakeTimes on a goroutine of its own, for those whose goroutine must go on:
// who feeds a worker runs codecs of the user's, which may block or end it. If the pool has
// ended there is nothing to do, and who closes it may wait for these goroutines already.
func (p *Pool) wakeLater(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wakeLaterLocked(n)
}

func (p *Pool) wakeLaterLocked(n int) {
	if n > 0 && !p.ended {
		p.wakes.Go(func() { p.wakeTimes(n) })
	}
}

// slow notes that w takes long over a call, or its owner over a callback.
func (w *worker) slow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pace.guess(max(w.pace.each, patience))
	w.countLocked()
}

// doubt forgets how long the calls of w take if it has none: what is queued now is
// something else, so w gets one of them and none ahead.
func (w *worker) doubt() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.line.len() == 0 {
		w.pace.guess(0)
		w.countLocked()
	}
}
