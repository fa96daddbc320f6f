package chores

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/offing-go/offing/runtime"
)

// A Till is the state of a worker. It leaves a mark when it is opened and when it is
// closed, and takes one call at a time.
type Till struct {
	dir, name string
	taken     atomic.Bool
	calls     int
}

// tills counts those of this process, for their names.
var tills atomic.Int64

// Suffixes of the marks of tills.
const (
	TillOpened = ".till"
	TillClosed = ".till-closed"
)

// TillsLocked is the mark with which no till opens in a directory.
const TillsLocked = "tills.locked"

// Errors of tills.
//
//offing:error
var (
	ErrLocked = errors.New("the till is locked")
	ErrTaken  = errors.New("somebody else is at the till")
	ErrRobbed = errors.New("the till was robbed")
)

// OpenTill opens a till that makes marks in dir.
//
//offing:state
func OpenTill(_ context.Context, dir string, drawer string) (*Till, error) {
	if Marked(dir, TillsLocked) {
		return nil, ErrLocked
	}
	name := fmt.Sprint(drawer, ".", os.Getpid(), ".", tills.Add(1))
	return &Till{dir: dir, name: name}, Mark(dir, name+TillOpened)
}

// Close closes the till.
func (t *Till) Close() error {
	if !t.taken.CompareAndSwap(false, true) { // and for ever
		return ErrTaken
	}
	if Marked(t.dir, t.name+TillClosed) {
		return errors.New("closed twice")
	}
	return Mark(t.dir, t.name+TillClosed)
}

// enter begins a call at the till.
func (t *Till) enter() (leave func(), err error) {
	if !t.taken.CompareAndSwap(false, true) {
		return func() {}, ErrTaken
	}
	t.calls++
	return func() { t.taken.Store(false) }, nil
}

// Ring returns the drawer and how many calls the till has had.
//
//offing:task
func (t *Till) Ring(amount int) (name string, amounts int, calls int, err error) {
	leave, err := t.enter()
	defer leave()
	return t.name, amount, t.calls, err
}

// Rob leaves the till as nobody can use it, in the way that how says.
//
//offing:task
func (t *Till) Rob(how string) error {
	leave, err := t.enter()
	if err != nil {
		return err
	}
	defer leave()
	if how == "panic" {
		panic("robbed, on purpose")
	}
	return runtime.Discard(ErrRobbed)
}

// Tills returns the names of the tills that are marked so in dir.
func Tills(dir, suffix string) (names []string) {
	paths, _ := filepath.Glob(filepath.Join(dir, "*"+suffix))
	for _, p := range paths {
		names = append(names, filepath.Base(p[:len(p)-len(suffix)]))
	}
	return names
}
