package process

import (
	"slices"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// A worker that a task has discarded says so with the reply, and ends by itself once the
// calls are over that it has begun, and its states are closed. That may take long. Those
// that wait inside it are taken back meanwhile, and it has the grace, like one that the
// pool ends.
//
//	worker   reply, Leaving .. other lanes return .. close states .. exit
//	pool     succeeded; taken back ................. drained: killed after the grace

// leaves notes that the worker begins no other call, if it says so with a reply.
func (w *worker) leaves(h frame.Header) {
	if h.Has(frame.Leaving) {
		w.spoilt.Store(true)
	}
}

// forsake takes the calls back that w, which is spoilt, will not begin, and reports
// whether it has no others.
func (w *worker) forsake() (none bool) {
	w.hold.Lock() // who feeds it has seen that it is spoilt, or its calls are in the line
	w.mu.Lock()
	back, over := w.leftLocked()
	w.pool.queue.PushAllFront(back, queued.priority) // see takeBackLocked
	none = !slices.ContainsFunc(w.line.all(), func(e entry) bool { return !e.gone })
	w.mu.Unlock()
	w.hold.Unlock()
	w.pool.returned(len(back))
	for _, e := range over {
		<-e.record.Done() // somebody has claimed it, and is about to
		e.after.settle(nil)
		w.pool.dismissed(e.queued)
	}
	return none
}

// leftLocked takes the calls that will not begin out of the hands of w: back are those to
// be queued again, the last one first, and over those that are settled. Some count as
// running, as the call before them is over.
func (w *worker) leftLocked() (back []queued, over []entry) {
	if w.proc.board == nil {
		return nil, nil // no more were sent than run
	}
	for i := range slices.Backward(w.line.all()) {
		e := &w.line.all()[i]
		if e.gone {
			continue
		}
		if w.proc.board.Withdraw(e.id) {
			break // all before it have begun, too
		}
		if e.expiry != nil {
			e.expiry.Stop()
		}
		if e.record.Unstart() {
			back = append(back, e.queued)
		} else {
			over = append(over, *e)
		}
		if e.begun {
			w.line.begun--
		}
		*e = entry{id: e.id, sent: e.sent, gone: true}
	}
	return back, over
}
