package child

import "github.com/offing-go/offing/runtime/internal/shm"

// Sent notes that calls up to id were written to the worker, or are being, or could not be:
// it should look. It is for whoever writes them.
func (b *Board) Sent(id uint64) {
	if b != nil {
		b.words[wordSent].Store(id)
	}
}

// awaitSent waits, as v does, until there is a call after the one with the given id. It is
// for the worker.
func (b *Board) awaitSent(v *shm.Vigil, id uint64) { v.Await(&b.words[wordSent], id+1) }

// answered notes that the reply to direct call id was written.
func (b *Board) answered(id uint64) { b.words[wordAnswered].Store(id) }

// AwaitAnswer waits, as v does, until the reply to direct call id was written, and reports
// whether the worker says so.
func (b *Board) AwaitAnswer(v *shm.Vigil, id uint64) bool {
	return v.Await(&b.words[wordAnswered], id)
}
