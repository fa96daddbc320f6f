package tasks

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// A Room says what its desks do, and counts them.
type Room struct {
	Open  func(ctx context.Context) error                        // may fail; nil for nothing
	Use   func(ctx context.Context, d *Desk, n int) (int, error) // nil returns n
	Close func(d *Desk) error                                    // nil for nothing

	Opened, Closed atomic.Int64
	Shared         atomic.Int64 // calls that found another one at their desk, or the desk closed
}

// rooms are those that tests have made, by name: a constructor is told of one by what
// can be encoded.
var rooms sync.Map

// Enter makes r the room of that name.
func (r *Room) Enter(name string) { rooms.Store(name, r) }

// A Desk is the state of a worker: one call at a time is at it.
type Desk struct {
	Room   *Room
	Calls  int // not guarded: a race if two calls have the desk
	taken  atomic.Bool
	closed atomic.Bool
}

// ErrNoRoom is the error of OpenDesk for a name that no room has.
//
//offing:error
var ErrNoRoom = errors.New("no such room")

// ErrNothing has OpenDesk return nothing at all.
var ErrNothing = errors.New("nothing")

// OpenDesk opens a desk in a room.
//
//offing:state
func OpenDesk(ctx context.Context, room string) (*Desk, error) {
	r, ok := rooms.Load(room)
	if !ok {
		return nil, ErrNoRoom
	}
	d := &Desk{Room: r.(*Room)}
	if d.Room.Open != nil {
		switch err := d.Room.Open(ctx); {
		case err == ErrNothing:
			return nil, nil
		case err != nil:
			return nil, err
		}
	}
	d.Room.Opened.Add(1)
	return d, nil
}

// Sit does at the desk what the room says.
//
//offing:task
func (d *Desk) Sit(ctx context.Context, n int) (int, error) {
	if !d.taken.CompareAndSwap(false, true) || d.closed.Load() {
		d.Room.Shared.Add(1)
	}
	defer d.taken.Store(false)
	d.Calls++
	if d.Room.Use == nil {
		return n, nil
	}
	return d.Room.Use(ctx, d, n)
}

// SitAgain is Sit with another try.
//
//offing:task retries=1
func (d *Desk) SitAgain(ctx context.Context, n int) (int, error) { return d.Sit(ctx, n) }

// Close closes the desk.
func (d *Desk) Close() error {
	if d.taken.Load() || !d.closed.CompareAndSwap(false, true) {
		d.Room.Shared.Add(1)
	}
	d.Room.Closed.Add(1)
	if d.Room.Close == nil {
		return nil
	}
	return d.Room.Close(d)
}
