package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/child"
	"github.com/offing-go/offing/runtime/internal/frame"
	"github.com/offing-go/offing/runtime/internal/shm"
)

// A proc is one worker process and our ends of its pipes.
//
// It is started, spoken to and reaped by the goroutine that owns its worker.
// kill and drain may be called by any goroutine, at any time.
type proc struct {
	cmd     *exec.Cmd
	pid     int
	group   group
	cgroup  cgroup
	started time.Time
	tasks   *pipe        // calls, to the worker
	control *pipe        // cancels, to the worker
	results *results     // outcomes, from the worker
	direct  *direct      // outcomes that somebody waits for, from the worker
	life    *os.File     // carries nothing; its end is ours
	armed   lifeline     // its readers here
	board   *child.Board // the memory that both share; nil where there is none
	calls   *shm.Ring    // in it, for long arguments; of whoever holds the worker's hold; nil where there is none
	logs    logs

	death    deathwatch
	memory   int64         // the limit; 0 for none; written by guard
	gauge    gauge         // of the process's memory
	blind    error         // why there is no gauge although the system has them; set by start
	resident atomic.Int64  // bytes that the gauge showed last
	gone     chan struct{} // closed by reap
	watched  chan struct{} // closed when the watch of the memory has ended; nil without one

	mu       sync.Mutex
	reaped   bool        // guarded by mu; the process id may be another's
	killed   bool        // guarded by mu
	quitting bool        // guarded by mu; killed counts, but it may still write its stacks
	drained  bool        // guarded by mu; it was told to leave
	reason   string      // guarded by mu; why it was killed
	timer    *time.Timer // guarded by mu; kills it if it does not exit
}

// start starts worker number of a pool.
func start(c *Config, number int) (*proc, error) {
	var ends pipeEnds
	defer ends.closeChild()
	if err := ends.open(int(c.SharedMemory)); err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	cmd, err := command(c, number, &ends)
	var cgroup cgroup
	if err == nil {
		cgroup, err = newCgroup(c)
	}
	if err == nil {
		cgroup.join(cmd)
		err = cmd.Start()
		cgroup.started()
	}
	if err != nil {
		cgroup.close()
		ends.closeParent()
		return nil, err
	}
	armed := ends.arm(cmd.Process.Pid)
	ends.adopt()
	p := &proc{cmd: cmd, armed: armed, pid: cmd.Process.Pid, group: newGroup(cmd.Process), cgroup: cgroup, started: time.Now(), results: &results{file: ends.results.parent, board: ends.board}, direct: ends.direct, life: ends.life.parent, board: ends.board, calls: ends.board.CallRing()}
	p.gauge, p.blind = gaugeFor(c, p.pid)
	p.gone = make(chan struct{})
	p.tasks, p.control = newPipe(ends.tasks.parent), newPipe(ends.control.parent)
	p.logs = logs{
		files: [2]*os.File{ends.stdout.parent, ends.stderr.parent},
		log:   c.logger,
		attrs: attrs(c, p.pid),
	}
	p.logs.start()
	p.watchDeath()
	return p, nil
}

// command describes the process.
func command(c *Config, number int, ends *pipeEnds) (*exec.Cmd, error) {
	var cmd *exec.Cmd
	if len(c.Command) > 0 {
		cmd = exec.Command(c.Command[0], c.Command[1:]...)
	} else {
		path, err := self()
		if err != nil {
			return nil, err
		}
		cmd = &exec.Cmd{Path: path, Args: []string{os.Args[0], "offing-worker", c.Name, strconv.Itoa(number)}}
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, ends.stdout.child, ends.stderr.child
	marker := child.Marker{Limit: c.FrameLimit, Lanes: c.TasksPerWorker, Fingerprint: runtime.Fingerprint()}
	marker.Ballast = c.Memory == 0 && c.RecycleMemory == 0
	inherit(cmd, ends, &marker)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	cmd.Env = append(cmd.Env, memoryEnv(c.Memory)...)
	cmd.Env = append(append(cmd.Env, c.Env...), child.Env+"="+marker.String())
	return cmd, nil
}

// greet awaits the hello of the worker and checks that it has the same tasks.
func (p *proc) greet(frames *frame.Reader, want frame.Greeting) error {
	h, payload, err := frames.Next()
	if err != nil {
		return err
	}
	if h.Kind != frame.Hello || h.ID != 0 || h.Flags != 0 {
		return fmt.Errorf("%w: the first frame is not a hello", frame.ErrInvalid)
	}
	got, rest, err := frame.ReadGreeting(payload)
	switch {
	case err != nil:
		return err
	case got.Version != want.Version:
		return &mismatchError{fmt.Sprintf("it speaks version %d of the protocol, this program version %d", got.Version, want.Version)}
	case got.Fingerprint != want.Fingerprint:
		return otherTasks(got, want, rest)
	}
	return nil
}

// kill kills the process group, for the given reason, unless the process is
// gone: its number may be another's then. The first reason counts.
func (p *proc) kill(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped || p.killed && !p.quitting {
		return
	}
	if !p.killed {
		p.killed, p.reason = true, reason
	}
	p.quitting = false
	p.killLocked()
}

// killLocked kills the worker and what it started.
func (p *proc) killLocked() {
	p.group.kill()
	p.cgroup.kill()
	p.endResults()
}

// endResults bounds how long the results are read: the process is dead, or as good as.
func (p *proc) endResults() {
	p.results.file.SetReadDeadline(time.Now().Add(resultGrace))
	p.direct.die()
}

// resultGrace is how long the results of a dead worker are read. What is in the
// pipe takes no time; only whatever else has the pipe keeps it from ending.
const resultGrace = 200 * time.Millisecond

// quit kills the process group like kill, but lets the process write the
// stacks of its goroutines before, where it can: whoever has a task that does
// not end wants to know where it hangs.
func (p *proc) quit(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped || p.killed {
		return
	}
	p.killed, p.reason = true, reason
	p.logs.stacks.want()
	if askStacks(p.pid) {
		p.quitting = true
		time.AfterFunc(stackTime, func() { p.kill(reason) })
	} else {
		p.killLocked()
	}
}

// dying reports whether the process was killed: it takes no more calls.
func (p *proc) dying() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.killed
}

// killAfter kills the process, and has it write its stacks, unless keep is
// called within d.
func (p *proc) killAfter(d time.Duration, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer == nil && !p.reaped {
		p.timer = time.AfterFunc(d, func() { p.quit(reason) })
	}
}

// keep takes killAfter back.
func (p *proc) keep() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
}

// drain tells the worker that there are no more calls. It exits then, or is
// killed after the grace.
func (p *proc) drain(grace time.Duration) {
	p.mu.Lock()
	p.drained = true
	p.mu.Unlock()
	p.tasks.close()
	p.killAfter(grace, "no exit within the grace of "+grace.String())
}

// reap returns once the process and what it started are gone and its output
// has been read. why is what the worker's owner saw, a failed read. The board is left:
// others may look at it.
func (p *proc) reap(why error) *ExitError {
	p.kill(brokenPipe(why))
	p.death.end()
	p.cmd.Wait() // its error is in the state, or that there is none: see exitError
	p.mu.Lock()
	p.reaped = true
	if p.reason == "" && p.cgroup.overran() {
		p.reason = reasonMemory
	}
	p.mu.Unlock()
	p.group.close()
	p.cgroup.close()
	p.keep()
	p.unguard()
	p.tasks.close()
	p.control.close()
	p.results.file.Close()
	p.direct.close()
	p.armed.close()
	p.life.Close()
	p.logs.wait()
	return p.exitError()
}

// brokenPipe says what was wrong with what the worker sent. That the stream
// ended says nothing: all do.
func brokenPipe(err error) string {
	if errors.Is(err, frame.ErrInvalid) || errors.Is(err, frame.ErrTooLong) {
		return "protocol violation: " + err.Error()
	}
	return ""
}

// exitError describes the end of the process. What it wrote itself says more
// than why it was killed, unless that is all there is. Who else waits for children of
// this program may have had the status: the process has no state then.
func (p *proc) exitError() *ExitError {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &ExitError{PID: p.pid, Code: -1, Stderr: p.logs.tail.String(), Stacks: p.logs.stacks.String()}
	e.stale = max(0, len(e.Stderr)-p.logs.tail.fresh())
	if state := p.cmd.ProcessState; state != nil {
		e.Code, e.Signal = state.ExitCode(), signalOf(state)
	}
	e.Reason = p.reason
	if report := p.logs.tail.report(); e.Reason == "" && e.fits(report) {
		e.Reason = reasonOf(report)
	}
	if e.Reason == "" && e.taken() {
		e.Reason = reasonTaken
	}
	return e
}

// leftAsTold reports whether the process, which ended so, did as drain told it. Of one
// whose status is lost nothing else may speak against it.
func (p *proc) leftAsTold(exit *ExitError) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return exit.Code == 0 && exit.Reason == "" || p.drained && exit.taken() && exit.Reason == reasonTaken
}

// cancel asks the worker to end the context of call id. A worker that does not
// take the few bytes will be killed anyway.
func (p *proc) cancel(id uint64) {
	b := frame.Begin(nil)
	frame.Finish(b, frame.Header{Kind: frame.Cancel, ID: id}, 0)
	p.control.attempt(b)
}
