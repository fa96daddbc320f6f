package process

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"time"

	"github.com/offing-go/offing/runtime/internal/child"
	"github.com/offing-go/offing/runtime/internal/frame"
)

// Config configures a [Pool]. The zero value is a good one.
type Config struct {
	// Name appears in errors, logs and the arguments of the workers.
	Name string

	// Workers bounds how many processes serve at once; each runs one call at a
	// time, or TasksPerWorker. They are started when there is work. 0 means GOMAXPROCS. One that
	// makes room for another may still be there while that one serves.
	Workers int

	// TasksPerWorker is how many calls each worker runs at once, on goroutines of its
	// own: for tasks that wait, for a network or a disk, and may share a process, so
	// that a crash costs all that run in it. 0 means 1; at most 64. Other calls may
	// wait inside a worker, as many as it will run in some 400 microseconds, going by
	// how long they have taken: they go elsewhere if it dies, or if one before them
	// takes longer.
	TasksPerWorker int

	// Queue bounds how many calls wait for a worker; Submit then waits for
	// room. 0 means no bound. A call for which there is a free worker, or a place
	// for one, does not count, although no worker may have taken it yet; nor does
	// one that waits inside a worker.
	Queue int

	// MaxTasks replaces a worker after so many calls, MaxAge after so long, and
	// RecycleMemory, on Linux, once it has so many bytes of resident memory,
	// each between two calls. 0 means never. The next process is started before
	// the old one has left.
	MaxTasks      int
	MaxAge        time.Duration
	RecycleMemory int64

	// Memory bounds the memory of each worker, in bytes, from when it is ready:
	// package initialisation is not bounded. 0 means no bound.
	// GOMEMLIMIT is 90 % of it unless Env sets another, so that the garbage
	// collector works first. On Linux a worker whose resident memory is over it
	// is killed, within some 10 milliseconds, and a quarter above it the kernel
	// refuses more; the call that ran then fails with runtime.ErrMemory, even if
	// it was others before that did not let go. Less than what an idle worker
	// has, some 10 MiB, or 25 under the race detector, is runtime.ErrBroken; so is a
	// worker whose memory cannot be looked at for want of descriptors. What a task starts has the kernel's
	// limit too, for itself. Other systems do no more than GOMEMLIMIT.
	Memory int64

	// Cgroup is a directory of a cgroup v2 hierarchy that this process may make
	// groups in, as one that systemd delegates. Each worker then has a group of
	// its own there, with all that it starts: a kill reaches what left the
	// worker's process group too, and where the memory controller is enabled
	// Memory holds for all of it together. Linux 5.14 or later; empty means none.
	Cgroup string

	// IdleTimeout ends a worker that had nothing to do for so long. 0 means
	// never.
	IdleTimeout time.Duration

	// Spare keeps one process more started than there are calls for, from
	// NewPool on, so that no call waits for the start of a process: not the
	// first, and not one after a worker died or was replaced. It is beside
	// Workers, and serves only in the place of another.
	Spare bool

	// Grace is how long a task may take to return once its call was canceled
	// or timed out, and how long a worker may take to exit, before its process
	// group is killed. The future does not wait for it. 0 means a second.
	Grace time.Duration

	// StartTimeout is how long a worker may take from its start until it says
	// that it is ready. 0 means 10 seconds.
	StartTimeout time.Duration

	// FrameLimit bounds the encoded arguments or result of one call, in bytes;
	// a longer one fails that call with runtime.ErrEncoding. 0 means 1 GiB; the
	// least is 64 KiB.
	FrameLimit int

	// SharedMemory bounds the memory that each worker shares with this process for
	// arguments of 4 KiB and more, in bytes, and as much again for such results: what
	// travels there is copied half as often. It is taken when it is needed, and given
	// back when the worker has been idle for three seconds. What does not fit goes through a
	// pipe. 0 means 128 MiB, or an eighth of Memory if that is less, or 8 MiB where an
	// address has 32 bits. It is used on Linux.
	SharedMemory int64

	// Command is the program and arguments of the workers; empty means this
	// program. Another one must call Main and have the same tasks.
	Command []string

	// Env is added to the environment of the workers, which have this
	// process's otherwise, and GOMAXPROCS=2. See "What memory costs" for GOGC.
	Env []string

	// Dir is the working directory of the workers; empty means this
	// process's.
	Dir string

	// Dump is a directory, made if need be, that calls are saved in which
	// killed their worker, were killed with it, or timed out: one file for each
	// task and arguments, with the reason and the stacks of a task that did not
	// return. The same program executes such a call, in its own process, when
	// it is run with OFFING_REPLAY=file in its environment. The files hold the
	// arguments as they are, and only their owner may read them. No more are
	// added while there are 100 of them, or 1 GiB. The pool keeps the encoded
	// arguments of each call that runs for it. Empty means that nothing is
	// saved.
	Dump string

	// Logger receives what tasks write to standard output and standard error,
	// line by line, and what the pool itself has to report; nil means
	// slog.Default. A handler that blocks holds up tasks that write.
	Logger *slog.Logger
}

// minFrameLimit leaves room for a hello and for an error with its stack.
const minFrameLimit = 64 << 10

// check returns an error if a field cannot be.
func (c *Config) check() error {
	fields := []struct {
		name     string
		negative bool
	}{
		{"Workers", c.Workers < 0},
		{"TasksPerWorker", c.TasksPerWorker < 0},
		{"Queue", c.Queue < 0},
		{"MaxTasks", c.MaxTasks < 0},
		{"MaxAge", c.MaxAge < 0},
		{"RecycleMemory", c.RecycleMemory < 0},
		{"Memory", c.Memory < 0},
		{"SharedMemory", c.SharedMemory < 0},
		{"IdleTimeout", c.IdleTimeout < 0},
		{"Grace", c.Grace < 0},
		{"StartTimeout", c.StartTimeout < 0},
		{"FrameLimit", c.FrameLimit < 0},
	}
	for _, f := range fields {
		if f.negative {
			return fmt.Errorf("%s: %s must not be negative", c.title(), f.name)
		}
	}
	if c.TasksPerWorker > child.MaxLanes {
		return fmt.Errorf("%s: TasksPerWorker is %d; it must be at most %d", c.title(), c.TasksPerWorker, child.MaxLanes)
	}
	if c.FrameLimit > 0 && c.FrameLimit < minFrameLimit {
		return fmt.Errorf("%s: FrameLimit is %d bytes; it must be at least %d", c.title(), c.FrameLimit, minFrameLimit)
	}
	if strings.ContainsRune(strings.Join(slices.Concat(c.Command, c.Env, []string{c.Name, c.Dir}), ""), 0) {
		return fmt.Errorf("%s: Name, Dir, Command or Env contains a zero byte, which no process can be given", c.title())
	}
	if err := cmp.Or(c.checkDir(), c.checkCommand(), c.checkCgroup()); err != nil {
		return fmt.Errorf("%s: %w", c.title(), err)
	}
	return nil
}

// title begins messages about the pool.
func (c *Config) title() string {
	if c.Name == "" {
		return "offing"
	}
	return fmt.Sprintf("offing: pool %q", c.Name)
}

// checkDir finds a directory that cannot be before a worker does.
func (c *Config) checkDir() error {
	if c.Dir == "" {
		return nil
	}
	switch found, err := os.Stat(c.Dir); {
	case err != nil:
		return fmt.Errorf("Dir: %w", err)
	case !found.IsDir():
		return fmt.Errorf("Dir: %s is not a directory", c.Dir)
	}
	return nil
}

// checkCommand finds a program that cannot be before a start does. A path that
// is relative to Dir is left to the start.
func (c *Config) checkCommand() error {
	if len(c.Command) == 0 {
		return nil
	}
	name := c.Command[0]
	if name == "" {
		return errors.New("Command names no program")
	}
	if c.Dir != "" && filepath.Base(name) != name && !filepath.IsAbs(name) {
		return nil
	}
	if _, err := exec.LookPath(name); err != nil {
		return fmt.Errorf("Command: %w", err)
	}
	return nil
}

// fill replaces zeros by defaults.
func (c *Config) fill() {
	c.Workers = workersOr(c.Workers)
	c.Command, c.Env = slices.Clone(c.Command), slices.Clone(c.Env) // the caller may use his again
	setDefault(&c.TasksPerWorker, 1)
	setDefault(&c.SharedMemory, defaultShared(c.Memory))
	setDefault(&c.Grace, time.Second)
	setDefault(&c.StartTimeout, 10*time.Second)
	setDefault(&c.FrameLimit, frame.DefaultLimit)
}

// defaultShared is Config.SharedMemory for workers with so much memory.
func defaultShared(memory int64) int64 {
	n := int64(128 << 20)
	if math.MaxInt == math.MaxInt32 {
		n = 8 << 20
	}
	if memory > 0 {
		n = min(n, memory/8)
	}
	return n
}

func workersOr(n int) int {
	if n == 0 {
		return goruntime.GOMAXPROCS(0)
	}
	return n
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// logger returns where lines and reports go. The default is asked for each
// time, as the program may set it later.
func (c *Config) logger() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.Default()
}
