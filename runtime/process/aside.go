package process

import (
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/wire"
)

// What settles a call runs callbacks of the user, which may wait for the very
// pool that settles it. Here it happens on a goroutine apart, and the caller
// goes on when the call is settled, which is before the callbacks.
//
// Each function is one that the usual way of a call does not come by, and is a
// function so that only who calls it pays for the closure.

// settleAside runs f, which settles r.
func settleAside(r *runtime.Record, f func()) {
	go f()
	<-r.Done()
}

// failAside fails r with err.
func failAside(r *runtime.Record, err error) {
	settleAside(r, func() { r.Fail(err) })
}

// cancelAside cancels r.
func cancelAside(r *runtime.Record) {
	settleAside(r, func() { r.Cancel() })
}

// lookAside settles r by its context, which has ended.
func lookAside(r *runtime.Record) {
	settleAside(r, func() { r.State() })
}

// deliverAside delivers a last reply, which stays with it.
func deliverAside(q queued, h frame.Header, payload []byte) {
	reply := wire.NewReader(payload)
	q.record.Watch() // a codec of the user's may block
	settleAside(q.record, func() { deliver(q, h, &reply) })
}
