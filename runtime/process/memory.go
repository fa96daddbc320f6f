package process

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/offing-go/offing/runtime"
)

// memoryPoll is how often the memory of a worker with a limit is looked at. A
// look takes microseconds; what a task allocates in between is how far it can
// get over the limit.
const memoryPoll = 10 * time.Millisecond

// reasonMemory is the Reason of a worker that was killed for its memory.
const reasonMemory = "memory limit"

// memoryEnv makes the worker's garbage collector work before the limit does.
func memoryEnv(limit int64) []string {
	if limit == 0 {
		return nil
	}
	return []string{fmt.Sprintf("GOMEMLIMIT=%d", limit/10*9)}
}

// A gauge reads how much memory a process has. It stays with the process it was
// opened for: once that is reaped, reads fail, whoever has its number then.
type gauge struct{ file *os.File } // nil where there is none

// A usage is what a gauge shows, in bytes.
type usage struct {
	resident int64 // memory in use, shared pages too
	writable int64 // address space that RLIMIT_DATA counts
}

// errNoGauge says that the system does not tell how much memory a process has.
var errNoGauge = errors.New("no gauge")

// gaugeFor opens a gauge if the configuration has a use for it. The error says that there
// is one, and that it could not be had now.
func gaugeFor(c *Config, pid int) (gauge, error) {
	if c.Memory == 0 && c.RecycleMemory == 0 {
		return gauge{}, nil
	}
	return openGauge(pid)
}

func (g gauge) close() { g.file.Close() } // of a nil file it only returns an error

// watchMemory kills the process when it uses more than limit. It returns when
// the process is reaped.
func (p *proc) watchMemory(limit int64) {
	defer close(p.watched)
	ticker := time.NewTicker(memoryPoll)
	defer ticker.Stop()
	for {
		select {
		case <-p.gone:
			return
		case <-ticker.C:
		}
		if u, err := p.gauge.read(); err == nil && u.resident > 0 { // a process that has died and is not reaped has none
			p.resident.Store(u.resident)
			if u.resident > limit {
				p.kill(reasonMemory)
			}
		}
	}
}

// residentNow returns the resident memory, or what was seen last.
func (p *proc) residentNow() int64 {
	if u, err := p.gauge.read(); err == nil {
		p.resident.Store(u.resident)
	}
	return p.resident.Load()
}

// guard holds a process that said hello to the limit. The kernel's own limit
// stands behind the watch, for what allocates faster than that looks. What the
// process has mapped by now does not count for it: a Go program maps much that
// it does not use, and under the race detector very much. A process that is over
// the limit before its first call is an error: short calls would get through
// between two looks, and long ones would not, for no reason of their own. So is one whose
// memory cannot be looked at although the system has the means, as when there are no
// descriptors left: nothing would hold it to the limit for as long as it lives. Where the
// system has none the kernel's limit is all there is.
func (p *proc) guard(limit int64) error {
	if p.blind != nil {
		return unwatched(p.blind)
	}
	if limit == 0 {
		return nil
	}
	p.memory = limit
	u, err := p.gauge.read()
	if errors.Is(err, errNoGauge) {
		limitHeap(p.pid, usualWritable+limit+limit/4)
		return nil
	}
	if err != nil {
		return unwatched(err)
	}
	p.resident.Store(u.resident)
	if u.resident > limit {
		return fmt.Errorf("it has %s of memory before its first call, and Config.Memory allows %s: raise that",
			mebibytes(u.resident), mebibytes(limit))
	}
	limitHeap(p.pid, u.writable+limit+limit/4)
	p.watched = make(chan struct{})
	go p.watchMemory(limit)
	return nil
}

// usualWritable is more than a Go program has mapped, as a rule, before it does anything:
// some 45 MiB.
const usualWritable = 128 << 20

// unwatched is the error of a process whose gauge failed with err.
func unwatched(err error) error { return fmt.Errorf("its memory cannot be watched: %w", err) }

// unguard ends the watch and returns when it has ended.
func (p *proc) unguard() {
	close(p.gone)
	if p.watched != nil {
		<-p.watched
	}
	p.gauge.close()
}

// fault is the error of a call that was lost with the process.
func (p *proc) fault(exit *ExitError) error {
	if p.memory > 0 && (exit.Reason == reasonMemory || outOfMemory(exit.Reason) ||
		isSignalHeader(exit.Reason) && collectorRefused(p.logs.tail.report())) {
		return &memoryError{used: p.resident.Load(), limit: p.memory, exit: exit}
	}
	return &crashError{exit}
}

// refusals are how runtimes report, as the last thing they do, that the kernel
// gave them no more memory: that of Go, the race detector's, that of C++.
var refusals = []string{"out of memory", "cannot allocate memory", "failed to allocate", "std::bad_alloc"}

// outOfMemory reports whether a process ended because it could not have more
// memory. A panic is the task's own, whatever it says.
func outOfMemory(reason string) bool {
	return !strings.HasPrefix(reason, "panic: ") &&
		slices.ContainsFunc(refusals, func(text string) bool { return strings.Contains(reason, text) })
}

// unready are the functions of Go's collector that use what the kernel gave them, the links
// of its queue of spans, without a look at whether it gave them any.
var unready = []string{"runtime.(*spanQueue).", "runtime.(*spanSPMC).", "runtime.newSpanSPMC("}

// collectorRefused reports whether report is of a fault of the Go runtime's own collector
// at address 0, for want of memory. A task's nil pointer is a panic, or a fault in C, and
// never a fault in these functions.
func collectorRefused(report string) bool {
	header, rest, _ := strings.Cut(report, "\n")
	place, rest, _ := strings.Cut(rest, "\n")
	if !strings.HasPrefix(header, "SIGSEGV: ") || !strings.HasSuffix(place, " addr=0x0") {
		return false
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(rest, "\n"), "goroutine 0 ")
	_, frames, _ := strings.Cut(rest, "\n")
	return ok && slices.ContainsFunc(unready, func(f string) bool { return strings.HasPrefix(frames, f) })
}

// A memoryError is runtime.ErrMemory with its detail.
type memoryError struct {
	used  int64 // when it was last looked at
	limit int64
	exit  *ExitError
}

func (e *memoryError) Error() string {
	refused := "" // what it asked for would have been too much
	if e.exit.Reason != reasonMemory {
		refused = "refused more, "
	}
	return fmt.Sprintf("%v: %s%s used, limit %s: %v", runtime.ErrMemory, refused, mebibytes(e.used), mebibytes(e.limit), e.exit)
}

func (e *memoryError) Unwrap() []error { return []error{runtime.ErrMemory, e.exit} }

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
