package chores

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// Suffixes of the marks that stand for what happened to a gate.
const (
	Began  = ".began"  // the task runs
	Opened = ".opened" // the suite lets it go on
	Passed = ".passed" // it went on
	Ended  = ".ended"  // its context ended first
)

// AllOpened is the mark that opens every gate in a directory.
const AllOpened = "all" + Opened

// pollEvery is how often a task looks for a mark.
const pollEvery = time.Millisecond

// Mark makes a mark in dir; one that is there already stays.
func Mark(dir, name string) error {
	return os.WriteFile(filepath.Join(dir, name), nil, 0o600)
}

// Unmark takes a mark in dir back.
func Unmark(dir, name string) error { return os.Remove(filepath.Join(dir, name)) }

// Marked reports whether a mark is in dir.
func Marked(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}

// isOpen reports whether a gate is open. All are once the directory is gone:
// nobody is left to open one.
func isOpen(dir, name string) bool {
	return Marked(dir, name+Opened) || Marked(dir, AllOpened) || !Marked(dir, ".")
}

// Gate waits until the gate is opened and returns the id of its process, or
// gives up when its context ends.
//
//offing:task
func Gate(ctx context.Context, dir, name string) (int, error) {
	if err := Mark(dir, name+Began); err != nil {
		return 0, err
	}
	for !isOpen(dir, name) && pause(ctx) {
	}
	if ctx.Err() != nil { // asked last: a gate opened after the end stays shut
		_ = Mark(dir, name+Ended) // the directory may be gone with the test
		return 0, context.Cause(ctx)
	}
	return os.Getpid(), Mark(dir, name+Passed)
}

// pause waits a little and reports whether ctx still runs.
func pause(ctx context.Context) bool {
	select {
	case <-time.After(pollEvery):
		return true
	case <-ctx.Done():
		return false
	}
}

// Stubborn is a Gate that does not care about its context.
//
//offing:task
func Stubborn(dir, name string) (int, error) { return Gate(context.Background(), dir, name) }

// Spin marks that it began and keeps a processor busy for ever.
//
//offing:task
func Spin(dir, name string) error {
	if err := Mark(dir, name+Began); err != nil {
		return err
	}
	for n := 0; ; n++ {
		_ = n
	}
}
