package runtime

import (
	"errors"

	"github.com/offing-go/offing/runtime/internal/part"
	"github.com/offing-go/offing/runtime/wire"
)

// A delivery is a part of a batch's outcomes on its way into a chunk. It belongs to
// the goroutine that delivers.
type delivery[A, R any] struct {
	chunk *chunk[A, R]
	reply *wire.Reader // of one outcome after the other
	rest  []byte       // those that are to come
}

// run decodes outcomes and reports whether more may follow. That of an item whose codec
// panics is that item's failure. One deferred call for all of them is for the same
// reason as that of [chunk.runItems].
func (d *delivery[A, R]) run() (more bool) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if p := recover(); p != nil { // and not Goexit: who delivers sees that this did not return
			more = d.undecodable(errors.New("panic: " + PanicText(p)))
		}
	}()
	more = d.each()
	returned = true
	return more
}

// each decodes outcomes up to the first that is no plain result.
func (d *delivery[A, R]) each() (more bool) {
	c, reply := d.chunk, d.reply
	r, read, results := c.Record(), c.f.ReadResult, c.results[:len(c.items)]
	for b := d.rest; r.state.Load() == running && c.done < len(results) && len(b) > 0; {
		end, plain := part.Cut(b)
		if end == 0 {
			reply.Fail(part.Fault(b).Error())
			return false
		}
		reply.Start(b[part.LengthSize:end])
		b = b[end:]
		d.rest = b
		if !plain {
			return d.full()
		}
		read(reply, &results[c.done])
		if bad := reply.Finish(); bad != nil {
			return d.undecodable(bad)
		}
		c.done++
	}
	return false
}

// full takes an outcome that says more than a result. A failure that only repeats why the
// context ended is the item's *TaskError, as where its task runs here: the handler has left
// it bare, as it does that of a call of its own. Any other stays what it is.
func (d *delivery[A, R]) full() (more bool) {
	c := d.chunk
	v, err, bad := c.f.readOutcome(d.reply)
	if bad != nil {
		return d.undecodable(bad)
	}
	c.results[c.done] = v
	if err == nil {
		c.done++
		return true
	}
	c.fail(c.Record().itemError(c.Context(), err))
	return c.goOn
}

// undecodable gives the next item the outcome that its own is of no use.
func (d *delivery[A, R]) undecodable(bad error) (more bool) {
	c := d.chunk
	d.reply.Start(nil) // the part is as it should be
	c.results[c.done] = *new(R)
	c.fail(c.f.lostResult(bad))
	return c.goOn
}
