//go:build unix

package process_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
)

// gate notes that it began, and returns when its file is there.
var gate = onBytes(named("Gate"), func(ctx context.Context, path []byte) ([]byte, error) {
	mark(string(path) + ".begun")
	all := filepath.Join(filepath.Dir(string(path)), "all.open")
	for !exists(string(path)+".open") && !exists(all) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		time.Sleep(200 * time.Microsecond)
	}
	return path, nil
})

// mark appends one byte to a file: what is one write to a file opened so is not torn,
// whoever else does the same.
func mark(path string) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		f.Write([]byte{'.'})
		f.Close()
	}
}

// A deed is what a call does after it has noted that it began.
type deed byte

const (
	quickly deed = iota // returns at once
	nap1ms              // sleeps a millisecond
	killSelf
	exitSelf
	overflowSelf
	stubborn // never returns, whatever its context does
	obedient // returns when its context ends
)

func (d deed) kills() bool { return d >= killSelf && d <= overflowSelf }

// marking is a task that notes in a file, at the place of its own, that it ran, and then
// does what it is told.
var (
	marking      = onBytes(named("Marking"), perform)
	markingAgain = onBytes(runtime.Task{Name: "MarkingAgain", Retries: 2}, perform)
)

func perform(ctx context.Context, arg []byte) ([]byte, error) {
	number, path := binary.LittleEndian.Uint32(arg[1:]), string(arg[5:])
	if err := note(path, number); err != nil {
		return nil, err
	}
	switch deed(arg[0]) {
	case nap1ms:
		time.Sleep(time.Millisecond)
	case killSelf:
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case exitSelf:
		os.Exit(3)
	case overflowSelf:
		debug.SetMaxStack(1 << 20) // the usual gigabyte takes seconds
		deep(1)
	case stubborn:
		select {}
	case obedient:
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	return arg[1:5], nil
}

func note(path string, number uint32) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(binary.LittleEndian.AppendUint32(nil, number))
	return err
}

// A ledger is the file that calls note in that they ran.
type ledger struct {
	t    testing.TB
	path string
	next uint32
}

func newLedger(t testing.TB) *ledger {
	path := filepath.Join(t.TempDir(), "ledger")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return &ledger{t: t, path: path}
}

// A markedCall is a call that notes that it runs.
type markedCall struct {
	*runtime.Future[[]byte]
	number uint32
	does   deed
}

// arg returns the argument of the next call.
func (l *ledger) arg(d deed) (arg []byte, number uint32) {
	number = l.next
	l.next++
	arg = binary.LittleEndian.AppendUint32([]byte{byte(d)}, number)
	return append(arg, l.path...), number
}

func (l *ledger) submit(ctx context.Context, ex runtime.Executor, d deed) markedCall {
	arg, number := l.arg(d)
	return markedCall{submit(ctx, ex, marking, arg), number, d}
}

// order returns the numbers of the calls that ran, in the order in which they began.
func (l *ledger) order() (numbers []uint32) {
	l.t.Helper()
	b, err := os.ReadFile(l.path)
	if err != nil {
		l.t.Fatal(err)
	}
	for ; len(b) > 0; b = b[4:] {
		numbers = append(numbers, binary.LittleEndian.Uint32(b))
	}
	return numbers
}

// ran returns how often each call ran.
func (l *ledger) ran() []int {
	times := make([]int, l.next)
	for _, n := range l.order() {
		times[n]++
	}
	return times
}

// outcome returns the error of a call, which must settle, and checks its value.
func (c markedCall) outcome(t testing.TB) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	v, err := c.Result(ctx)
	if ctx.Err() != nil {
		t.Fatalf("call %d did not settle; it is %v", c.number, c.State())
	}
	if err == nil && !bytes.Equal(v, binary.LittleEndian.AppendUint32(nil, c.number)) {
		t.Errorf("call %d returned %v", c.number, v)
	}
	return err
}

// started reports what the error of a call says about its having begun.
func started(t testing.TB, err error) bool {
	t.Helper()
	var lost *runtime.TaskError
	if !errors.As(err, &lost) {
		t.Fatalf("%v is no *TaskError", err)
	}
	return lost.Started
}

// hurry makes the pool believe that calls are short.
func hurry(t testing.TB, ex runtime.Executor) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	calls := make([]*runtime.Future[int], 2000)
	for i := range calls {
		calls[i] = submit(t.Context(), ex, square, i)
	}
	for i, f := range calls {
		if n, err := f.Result(ctx); n != i*i || err != nil {
			t.Fatal(n, err)
		}
	}
}
