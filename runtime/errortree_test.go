package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	goruntime "runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// A grower makes random errors of every kind.
type grower struct {
	rand  *rand.Rand
	nodes int     // that it may still make
	in    []error // sentinels that are in what it made
}

var someSentinels = []error{errSample, errCode, io.EOF, context.Canceled, fs.ErrNotExist, runtime.ErrTimeout, syscall.EPERM, wire.ErrDepth}

func (g *grower) grow(depth int) error {
	if g.nodes--; depth == 0 || g.nodes <= 0 {
		return g.leaf()
	}
	text := strconv.Itoa(g.rand.IntN(1000))
	switch g.rand.IntN(12) {
	case 0:
		return fmt.Errorf("%s: %w", text, g.grow(depth-1))
	case 1:
		return fmt.Errorf("%s: %w, %w", text, g.grow(depth-1), g.grow(depth-1))
	case 2:
		return errors.Join(g.grow(depth-1), nil, g.grow(depth-1), g.grow(depth-1))
	case 3, 4:
		return &quotaError{text, g.rand.Int(), g.grow(depth - 1)}
	case 5, 6:
		return &pairError{text, g.grow(depth - 1), g.grow(depth - 1)}
	case 7:
		return &fs.PathError{Op: "open", Path: text, Err: g.grow(depth - 1)}
	case 8:
		return &runtime.TaskError{Task: "a." + text, Started: true, Err: g.grow(depth - 1)}
	case 9:
		return runtime.Permanent(&runtime.ItemError{Index: g.rand.Int(), Err: g.grow(depth - 1)})
	case 10:
		return &hastyError{g.grow(depth - 1), g.grow(depth - 1)}
	}
	return g.leaf()
}

func (g *grower) leaf() error {
	switch g.rand.IntN(8) {
	case 0:
		return errors.New("leaf")
	case 1:
		return listError{[]string{"x", "", "y"}}
	case 2:
		return (*ringError)(nil)
	case 3:
		return &slow{timeout: true}
	}
	s := someSentinels[g.rand.IntN(len(someSentinels))]
	g.in = append(g.in, s)
	return s
}

// text is Error, which panics for a nil pointer.
func text(err error) (s string) {
	defer func() {
		if recover() != nil {
			s = "panicked"
		}
	}()
	return err.Error()
}

func TestErrorTreesKeepTheirShape(t *testing.T) {
	for seed := range uint64(2000) {
		g := &grower{rand: rand.New(rand.NewPCG(seed, 1)), nodes: 200}
		want := g.grow(g.rand.IntN(8))
		got := cross(t, want)
		if w := text(want); w != text(got) && w != "panicked" {
			t.Errorf("seed %d: %q became %q", seed, w, text(got))
		}
		for _, s := range g.in {
			if errors.Is(want, s) && !errors.Is(got, s) {
				t.Errorf("seed %d: %v is lost in %v", seed, s, got)
			}
		}
		if problem := unlike(want, got); problem != "" {
			t.Errorf("seed %d: %s", seed, problem)
		}
	}
}

// unlike says how two trees differ.
func unlike(want, got error) string {
	if late, ok := got.(interface{ Unwrap() error }); ok && fmt.Sprintf("%T", got) == "*runtime.timeoutError" {
		got = late.Unwrap()
	}
	kind := fmt.Sprintf("%T", got)
	remote, ok := got.(*runtime.RemoteError)
	if ok {
		kind = remote.Type
	}
	if wanted := fmt.Sprintf("%T", want); kind != wanted {
		return wanted + " became " + kind
	}
	a, b := inside(want), inside(got)
	if len(a) != len(b) {
		return fmt.Sprintf("%s wraps %d errors, not %d", kind, len(b), len(a))
	}
	for i := range a {
		if problem := unlike(a[i], b[i]); problem != "" {
			return problem
		}
	}
	return ""
}

func inside(err error) (all []error) {
	if hasty, ok := err.(*hastyError); ok {
		return []error{hasty.A, hasty.B}
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		all = []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		all = e.Unwrap()
	}
	if len(all) == 1 && all[0] == nil {
		return nil
	}
	return all
}

// budgeted reads an error and checks what that allocates (G12).
func budgeted(t *testing.T, b []byte) (error, error) {
	var before, after goruntime.MemStats
	for range 3 { // other goroutines allocate too, now and then
		goruntime.ReadMemStats(&before)
		r := wire.NewReader(b)
		err := runtime.ReadError(&r)
		goruntime.ReadMemStats(&after)
		if after.TotalAlloc-before.TotalAlloc <= uint64(16*len(b)+1024) {
			return err, r.Finish()
		}
	}
	t.Fatalf("%d bytes make it allocate %d: %x", len(b), after.TotalAlloc-before.TotalAlloc, b)
	return nil, nil
}

func TestG12_DamagedErrors(t *testing.T) {
	for seed := range uint64(30) {
		g := &grower{rand: rand.New(rand.NewPCG(seed, 2)), nodes: 12}
		b := runtime.AppendError(nil, g.grow(5))
		for i := range b {
			if _, err := budgeted(t, b[:i:i]); err == nil {
				t.Errorf("seed %d: %d of %d bytes are an error", seed, i, len(b))
			}
			was := b[i]
			b[i] ^= byte(1 + g.rand.IntN(255))
			budgeted(t, b)
			b[i] = was
		}
	}
}

// The densest errors that there are.
func TestG12_DenseErrors(t *testing.T) {
	const remote = 3 // nodeRemote
	for name, unit := range map[string]string{
		"sentinels": "\x01\x05", "marks": "\x08\x00\x00\x00", "twice": "\x08\x00\x08\x01\x00\x00", "items": "\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"remotes": "\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "nothing": "\x00\x00",
	} {
		for _, n := range []int{1, 33, 1025, 10_000} {
			b := wire.AppendCount(append([]byte{remote}, make([]byte, 8)...), n, false)
			for range n {
				b = append(b, unit...)
			}
			if _, err := budgeted(t, b); (err == nil) == (name == "nothing") {
				t.Errorf("%d %s: %v", n, name, err)
			}
		}
	}
}

func FuzzReadError(f *testing.F) {
	for seed := range uint64(20) {
		g := &grower{rand: rand.New(rand.NewPCG(seed, 3)), nodes: 12}
		f.Add(runtime.AppendError(nil, g.grow(5)))
	}
	f.Add(runtime.AppendError(nil, fmt.Errorf("a: %w", errors.Join(io.EOF, os.ErrExist))))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err, bad := budgeted(t, b); bad == nil && err != nil {
			again := cross(t, err)
			if w, got := text(err), text(again); got != w && w != "panicked" {
				t.Errorf("%q became %q", w, got)
			}
		}
	})
}
