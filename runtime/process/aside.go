package process

import (
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/wire"
)

// What settles a call runs callbacks of the user, which may wait for the very
// pool that settles it. Here it happens on a goroutine apart, and the caller
// goes on when the call is settled, which is before the callbacks, but not before the
// methods of an error or a context that say how it is settled: who holds a lock, or has
// claimed a worker, uses dismissAside.
//
// Each function is one that the usual way of a call does not come by, and is a
// function so that only who calls it pays for the closure.

// settleAside runs f, which settles r. If a method of the user's ends the goroutine before
// that, the call fails.
func settleAside(r *runtime.Record, f func()) {
	go func() {
		defer func() {
			if !r.Settled() {
				r.Fail(&encodingError{"error", errGoexit})
			}
		}()
		f()
	}()
	<-r.Done()
}

// dismissAside has settle settle q, which no worker has, and takes it off the books. It
// waits for nothing.
func (p *Pool) dismissAside(q queued, settle func(r *runtime.Record)) {
	go func() {
		settle(q.record)
		p.dismissed(q)
	}()
}

// failAside fails r with err.
func failAside(r *runtime.Record, err error) {
	settleAside(r, func() { r.Fail(err) })
}

// cancelAside cancels r.
func cancelAside(r *runtime.Record) {
	settleAside(r, func() { r.Cancel() })
}

// lookAside settles r by its context, which has ended, whatever that says now.
func lookAside(r *runtime.Record) {
	settleAside(r, func() {
		if !r.State().Settled() {
			r.Cancel()
		}
	})
}

// deliverAside delivers a last reply, which stays with it.
func deliverAside(q queued, h frame.Header, payload []byte) {
	reply := wire.NewReader(payload)
	q.record.Watch() // a codec of the user's may block
	settleAside(q.record, func() { deliver(q, h, &reply) })
}
