package process

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/offing-go/offing/runtime"
)

// A WorkerInfo describes a live worker process.
type WorkerInfo struct {
	PID     int
	Number  int       // of the worker in its pool, as in the arguments of the process
	Started time.Time // of the process
	Task    string    // import path and name of the task that runs, the last one that began; empty while idle
	Running int       // calls that it runs: one, or as many as Config.TasksPerWorker
	Waiting int       // calls that wait inside it
	Spare   bool      // waits for a place: it has had no call yet

	// States are those that the process has opened, see runtime.Workers, as of when it
	// had nothing to do last. It is zero where there is no shared memory: on Linux there is.
	States runtime.StateStats
}

// Workers returns one element for each process that lives right now, in order
// of their numbers.
func (p *Pool) Workers() []WorkerInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	var live []WorkerInfo
	for _, w := range p.workers {
		if about, ok := w.describe(); ok {
			live = append(live, about)
		}
	}
	slices.SortFunc(live, func(a, b WorkerInfo) int { return a.Number - b.Number })
	return live
}

func (w *worker) describe() (about WorkerInfo, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proc == nil {
		return WorkerInfo{}, false
	}
	about = WorkerInfo{PID: w.proc.pid, Number: w.number, Started: w.proc.started, Spare: w.spare, States: w.proc.board.States(w.proc.started)}
	for _, e := range w.line.all() {
		if e.begun {
			about.Task = e.record.Task().Name
			about.Running++
		} else if !e.gone {
			about.Waiting++
		}
	}
	return about, true
}

// Stats returns a snapshot; the numbers are not of the very same moment. States is what
// [WorkerInfo] says of all workers together, and Opened and Calls count those of processes
// that are gone, too: what one that was killed did since it had nothing to do last is not
// known.
func (p *Pool) Stats() runtime.Stats {
	if p.inProcess != nil {
		return p.inProcess.Stats()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s := runtime.Stats{Workers: p.limit, Queued: p.queue.Len() + len(p.delayed), States: p.past}
	for _, w := range p.workers {
		s.Queued += len(w.pins)
		if about, ok := w.describe(); ok {
			s.Running += about.Running
			s.Queued += about.Waiting
			s.States.Add(about.States)
		}
	}
	return s
}

// outlived counts the states of process p, which is gone: none of them is open.
func (p *Pool) outlived(gone *proc) {
	s := gone.board.States(gone.started)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.past.Opened = min(p.past.Opened+s.Opened, math.MaxInt>>1) // it may have lied
	p.past.Calls = min(p.past.Calls+s.Calls, math.MaxInt>>1)
}

// Resize changes the number of workers; 0 means the default again. Calls that
// run are not disturbed: a worker too many ends after its call. It returns an
// error if n is negative.
func (p *Pool) Resize(n int) error {
	if n < 0 {
		return fmt.Errorf("%s: Resize to %d; it must not be negative", p.config.title(), n)
	}
	if p.inProcess != nil {
		return p.inProcess.Resize(workersOr(n))
	}
	p.mu.Lock()
	defer p.release()
	p.limit = workersOr(n)
	p.width.Store(int32(min(p.limit, math.MaxInt32)))
	p.demandLocked()
	for range p.queue.Len() {
		p.growLocked(nil)
	}
	for len(p.idle) > 0 && p.overLocked(p.idle[0]) {
		w := p.idle[0]
		p.unlistLocked(w)
		if w.has() == 0 { // or its owner sees to it
			w.proc.drain(p.config.Grace)
		}
	}
	return nil
}
