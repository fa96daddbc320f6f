package runtime_test

import "slices"

// A model is what a pool is meant to be, without goroutines: each method is one
// thing that happens, and leaves the pool at rest.
type model struct {
	limit, room    int // workers, and places in the queue; 0 for no bound
	running        int // tasks that have not returned
	closed         bool
	queue, waiting []*modelCall // calls for a worker, submitters for room; in order
	starts         []int        // ids, in order
}

// A modelCall is what a call and its future are meant to be.
type modelCall struct {
	id, priority int
	obeys        bool   // its task returns when its context ends
	ended        string // why its context ended, or ""
	inTask       bool   // its task began and has not returned
	outcome      string // "" until it is settled
	registered   []int  // callbacks, in order, without those that were stopped
	called       []int
}

func (m *model) submit(c *modelCall, wait bool) {
	full := m.room > 0 && (len(m.waiting) > 0 || len(m.queue) >= m.room)
	switch {
	case m.closed:
		c.settle("closed")
	case full && !wait:
		c.settle("full")
	case full && c.ended == "":
		m.waiting = append(m.waiting, c)
	case full:
		c.settle(c.ended)
	default:
		c.settle(c.ended)
		m.queue = append(m.queue, c) // a settled call keeps its place until a worker comes to it
	}
	m.start()
}

func (m *model) start() {
	for m.running < m.limit && len(m.queue) > 0 {
		c := slices.MaxFunc(m.queue, func(a, b *modelCall) int { return a.priority - b.priority }) // the first of several
		m.queue = without(m.queue, c)
		if len(m.waiting) > 0 {
			m.queue, m.waiting = append(m.queue, m.waiting[0]), m.waiting[1:]
		}
		if c.outcome == "" {
			c.inTask = true
			m.running++
			m.starts = append(m.starts, c.id)
		}
	}
}

// finish is the return of a task.
func (m *model) finish(c *modelCall, outcome string) {
	c.settle(outcome)
	c.inTask = false
	m.running--
	m.start()
}

// end is a cancel of a call, or the end of its context.
func (m *model) end(c *modelCall, why string) {
	m.waiting = without(m.waiting, c)
	if c.settle(why); c.inTask && c.obeys {
		m.finish(c, why)
	}
}

// refuse closes the intake.
func (m *model) refuse() {
	m.closed = true
	for _, c := range m.waiting {
		c.settle("closed")
	}
	m.waiting = nil
}

func (m *model) resize(n int) { m.limit = n; m.start() }

// drained reports whether Shutdown has returned.
func (m *model) drained() bool { return m.closed && m.running == 0 && len(m.queue) == 0 }

func (c *modelCall) settle(outcome string) {
	if c.outcome == "" && outcome != "" {
		if c.inTask && outcome != "ok" && outcome != "failed" {
			outcome += ", started"
		}
		c.outcome, c.called = outcome, c.registered
	}
}

func (c *modelCall) onDone(id int) {
	if c.outcome != "" {
		c.called = append(c.called, id)
	} else {
		c.registered = append(c.registered, id)
	}
}

// stop reports whether it kept the callback from being called.
func (c *modelCall) stop(id int) bool {
	kept := c.outcome == "" && slices.Contains(c.registered, id)
	c.registered = without(c.registered, id)
	return kept
}

func without[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(other T) bool { return other == v })
}
