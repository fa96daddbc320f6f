//go:build unix

package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	goruntime "runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
	"github.com/offing-go/offing/runtime/wire"
)

// A tally is the state of a worker. It notes in a file that it was opened, what calls it
// had, and that it was closed; and that two calls had it at once, which nobody may see.
type tally struct {
	tallyArgs
	id   int64
	busy atomic.Bool
	n    int // calls
}

// tallyArgs are the arguments of its constructors.
type tallyArgs struct {
	path string
	mood mood
}

// A mood is what is wrong with a tally.
type mood int

const (
	calm       mood = iota
	refuses         // to be opened, the first time
	misses          // as refuses, with an error of package os
	crashes         // when it is opened the first time
	panicky         // when it is opened the first time
	lingers         // never returns from Close
	complains       // Close returns an error
	leavesAway      // Close calls runtime.Goexit
)

// What is asked of a tally, in place of a number.
const (
	askDiscard = -1 - iota
	askPanic
	askID
	askNap // for a moment
	askHang
)

var tallies atomic.Int64 // that this process has opened

// writeLine appends a line to a file in one write, which is not torn.
func (a *tallyArgs) writeLine(format string, args ...any) {
	f, err := os.OpenFile(a.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintf(f, format+"\n", args...)
}

// first reports whether nobody has asked before.
func (a *tallyArgs) first() bool {
	f, err := os.OpenFile(a.path+".first", os.O_CREATE|os.O_EXCL, 0o600)
	f.Close()
	return err == nil
}

func openTally(_ context.Context, a tallyArgs) (*tally, error) {
	if a.mood >= refuses && a.mood <= panicky && a.first() {
		switch a.mood {
		case refuses:
			return nil, fmt.Errorf("not now: %w", errKept)
		case misses:
			_, err := os.Open(a.path + ".missing")
			return nil, err
		case crashes:
			os.Exit(3)
		case panicky:
			panic("no tally")
		}
	}
	s := &tally{tallyArgs: a, id: tallies.Add(1)}
	s.writeLine("open %d %d", os.Getpid(), s.id)
	return s, nil
}

func (s *tally) Close() error {
	if s.busy.Load() {
		s.writeLine("torn %d %d", os.Getpid(), s.id)
	}
	s.writeLine("close %d %d", os.Getpid(), s.id)
	switch s.mood {
	case lingers:
		select {}
	case complains:
		return errors.New("a tally complains")
	case leavesAway:
		goruntime.Goexit()
	}
	return nil
}

// do is a task. n that is not negative is the number of a call.
func (s *tally) do(ctx context.Context, n int) (int, error) {
	if !s.busy.CompareAndSwap(false, true) {
		s.writeLine("torn %d %d", os.Getpid(), s.id)
	}
	defer s.busy.Store(false)
	s.n++
	s.writeLine("call %d %d %d", os.Getpid(), s.id, n)
	switch n {
	case askDiscard:
		return 0, runtime.Discard(errKept)
	case askPanic:
		panic("a tally panics")
	case askID:
		return int(s.id), nil
	case askNap:
		time.Sleep(time.Millisecond)
		return os.Getpid(), nil
	case askHang:
		<-ctx.Done()
		return 0, context.Cause(ctx)
	}
	return n*n + int(s.mood), nil
}

func defineTally(name string, open func(context.Context, tallyArgs) (*tally, error)) *runtime.Constructor[tallyArgs, *tally] {
	return runtime.DefineConstructor(&runtime.Constructor[tallyArgs, *tally]{
		Task: runtime.Task{Name: "process_test." + name, Shape: "state(string, int)"},
		Open: open, Close: (*tally).Close,
		AppendArg: func(b []byte, a tallyArgs) ([]byte, error) {
			return wire.AppendInt(wire.AppendString(b, a.path), int(a.mood)), nil
		},
		ReadArg: func(r *wire.Reader, a *tallyArgs) { a.path, a.mood = r.String(), mood(r.Int()) },
	})
}

func defineTallyMethod(name string, c *runtime.Constructor[tallyArgs, *tally]) *runtime.Method[*tally, int, int] {
	return runtime.DefineMethod(&runtime.Method[*tally, int, int]{
		Func: runtime.Func[int, int]{
			Task:        runtime.Task{Name: "process_test." + name, Shape: "(OpenTally) func(int) int"},
			AppendItems: wire.Sure(wire.AppendInts[[]int]), ReadItems: wire.Into(wire.ReadInts[[]int]),
			AppendArg: wire.Sure(wire.AppendInt), ReadArg: wire.Into((*wire.Reader).Int),
			AppendResult: wire.Sure(wire.AppendInt), ReadResult: wire.Into((*wire.Reader).Int),
		},
		On:   func(ctx context.Context, s *tally, n int) (int, error) { return s.do(ctx, n) },
		Home: &c.Home,
	})
}

var (
	tallyState = defineTally("OpenTally", openTally)
	otherState = defineTally("OpenOther", openTally)
	tallyDo    = defineTallyMethod("Tally.Do", tallyState)
	otherDo    = defineTallyMethod("Other.Do", otherState)
)

// A bench is workers with tallies, and the file that these note in.
type bench struct {
	*runtime.Workers[*tally]
	t    testing.TB
	m    *runtime.Method[*tally, int, int]
	path string
}

func newBench(t testing.TB, ex runtime.Executor, m mood) *bench {
	path := filepath.Join(t.TempDir(), "tally")
	return &bench{runtime.NewWorkers(ex, tallyState, tallyArgs{path, m}), t, tallyDo, path}
}

func (b *bench) submit(ctx context.Context, n int) *runtime.Future[int] {
	return b.submitTo(ctx, b.Workers, n)
}

func (b *bench) submitTo(ctx context.Context, on *runtime.Workers[*tally], n int) *runtime.Future[int] {
	return runtime.SubmitOn(ctx, on, b.m, n)
}

// call is what CallX does.
func (b *bench) call(n int) (int, error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), 30*time.Second)
	defer cancel()
	return b.submitTo(ctx, b.Waiting(ctx), n).Result(ctx)
}

func (b *bench) must(n int) int {
	b.t.Helper()
	v, err := b.call(n)
	if err != nil {
		b.t.Fatal(n, err)
	}
	return v
}

// A life is what a tally has noted.
type life struct {
	opened, closed int
	calls          []int
}

// A place is a tally: one of a process.
type place struct{ pid, id int }

// lives returns what all tallies have noted. That no two calls had one at once, and none
// when it was not open, it checks.
func (b *bench) lives() map[place]*life {
	b.t.Helper()
	f, err := os.Open(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	all := map[place]*life{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var what string
		var at place
		var n int
		fmt.Sscan(lines.Text(), &what, &at.pid, &at.id, &n)
		l := all[at]
		if l == nil {
			l = &life{}
			all[at] = l
		}
		switch what {
		case "open":
			l.opened++
		case "close":
			l.closed++
		case "call":
			l.calls = append(l.calls, n)
			if l.opened != 1 || l.closed > 0 {
				b.t.Errorf("%v has call %d although it is not open", at, n)
			}
		default:
			b.t.Errorf("%v: %s", at, lines.Text())
		}
	}
	return all
}

// wantClosed checks that each tally that was opened was closed, once, and returns how
// many there were.
func (b *bench) wantClosed() int {
	b.t.Helper()
	all := b.lives()
	for at, l := range all {
		if l.opened != 1 || l.closed != 1 {
			b.t.Errorf("%v was opened %d times and closed %d times", at, l.opened, l.closed)
		}
	}
	return len(all)
}

// closed returns how many tallies are closed.
func (b *bench) closed() (n int) {
	for _, l := range b.lives() {
		n += l.closed
	}
	return n
}

func shutdown(t testing.TB, p *process.Pool) {
	t.Helper()
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// ran returns how many calls the tallies have noted.
func (b *bench) ran() (n int) {
	for _, l := range b.lives() {
		n += len(l.calls)
	}
	return n
}
