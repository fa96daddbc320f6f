// Package rounds measures several implementations of the same work side by
// side.
//
// A machine that is shared is never twice as fast as it was before, so figures
// of different runs cannot be compared. Here the contenders take turns in short
// rounds (A B C, B C A, C A B, ...): whatever slows the machine down slows all of
// them, and a ratio is taken within a round, where they were neighbours.
package rounds

import (
	"runtime"
	"time"
)

// A Case is one contender's way to do the work.
type Case struct {
	Name   string
	Before func()      // what a turn needs, and others should not have beside theirs, off the clock; may be nil
	Run    func(n int) // does the work n times
	After  func()      // what a turn leaves to be done, off the clock; may be nil
	Close  func()      // after the last round; may be nil
	Alien  bool        // the work is done in another process, which does not tell what it uses
	Used   func() Used // what is used by the process that does the work; nil if that is this one
}

// Options are how to measure; the zero value is that of [Measure]'s defaults.
type Options struct {
	Rounds int           // 0 means 21
	Round  time.Duration // how long one Run should take; 0 means 20 ms
	Limit  int           // upper bound of n; 0 means none

	// Processor has Ns be the time that the processors spent for the program,
	// where the system tells, and not the time that passed. It is for work that
	// never waits: the load of others then does not count, the garbage collector
	// on the other processors does.
	Processor bool

	clock func() time.Time // tests have their own
}

// A Sample is one round of one case.
type Sample struct {
	Ns     float64 // nanoseconds each time
	CPU    float64 // nanoseconds that the processors spent for the program; 0 if unknown
	Allocs float64 // objects each time
	Bytes  float64 // of those objects
}

func (o *Options) fill() {
	if o.Rounds == 0 {
		o.Rounds = 21
	}
	if o.Round == 0 {
		o.Round = 20 * time.Millisecond
	}
	if o.Limit == 0 {
		o.Limit = 1 << 30
	}
	if o.clock == nil {
		o.clock = time.Now
	}
}

// Measure runs the cases in rounds and returns the samples of each case, in the
// order of the rounds. It does not call Close.
func Measure(cases []Case, o Options) [][]Sample {
	o.fill()
	times := make([]int, len(cases))
	for i, c := range cases {
		times[i] = o.calibrate(c)
	}
	samples := make([][]Sample, len(cases))
	for round := range o.Rounds {
		for turn := range cases {
			i := (round + turn) % len(cases)
			samples[i] = append(samples[i], o.sample(cases[i], times[i]))
		}
	}
	return samples
}

// Turn does the work n times, with what that needs and leaves.
func (c *Case) Turn(n int) {
	c.Begin()
	c.Run(n)
	c.End()
}

// Begin does what the turn needs.
func (c *Case) Begin() {
	if c.Before != nil {
		c.Before()
	}
}

// End does what the turn left.
func (c *Case) End() {
	if c.After != nil {
		c.After()
	}
}

// calibrate returns how many times the work fits into a round. It is also the
// warm-up. The first run does not count: it may have to start a process, and a round
// that is too short measures how long a machine takes to wake up. Nor do those that come
// before a contender has warmed up, as one that starts many processes has late: it would
// have shorter rounds than the others for good.
func (o *Options) calibrate(c Case) int {
	c.Turn(1)
	n := o.estimate(c)
	for steady := 0; steady < 2; steady++ {
		switch again := o.fit(n, o.time(c, n)); {
		case again > n+n/2:
			n, steady = again, -1
		case again == 1: // it takes a round and more, and time
			return n
		}
	}
	return n
}

// estimate is calibrate for one that is warm.
func (o *Options) estimate(c Case) int {
	for n := 1; ; {
		took := o.time(c, n)
		if took >= o.Round/4 || n >= o.Limit {
			return o.fit(n, took)
		}
		n = min(o.Limit, 2*n*int(min(50, max(1, o.Round/8/max(took, 1)))))
	}
}

// fit returns how many times fit into a round if n took so long.
func (o *Options) fit(n int, took time.Duration) int {
	fit := float64(n) * float64(o.Round) / float64(max(took, 1))
	return max(1, int(min(fit, float64(o.Limit))))
}

// time returns what n times take.
func (o *Options) time(c Case, n int) time.Duration {
	c.Begin()
	began := o.clock()
	c.Run(n)
	took := o.clock().Sub(began)
	c.End()
	return took
}

// sample does one round. The collection before it takes the garbage of the
// contender before; a process that is not this one has to see to its own.
func (o *Options) sample(c Case, n int) Sample {
	c.Begin()
	runtime.GC()
	before := c.used()
	began := o.clock()
	c.Run(n)
	took := o.clock().Sub(began)
	used := c.used().since(before)
	c.End()
	if o.Processor && used.Processor > 0 {
		took = used.Processor
	}
	each := float64(n)
	return Sample{
		Ns:     float64(took) / each,
		CPU:    float64(used.Processor) / each,
		Allocs: float64(used.Allocs) / each,
		Bytes:  float64(used.Bytes) / each,
	}
}

// used is what the case has used so far, as far as somebody tells.
func (c *Case) used() Used {
	if c.Used != nil {
		return c.Used()
	}
	return ThisProcess()
}
