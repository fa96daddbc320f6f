package chores

import (
	"fmt"
	"io/fs"
	goruntime "runtime"
)

// Fail returns an error that wraps a *fs.PathError of path, which wraps
// fs.ErrNotExist.
//
//offing:task
func Fail(text, path string) error {
	return fmt.Errorf("%s: %w", text, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist})
}

// A ZeroError is an error without content.
type ZeroError struct{}

// Error returns a fixed text.
func (ZeroError) Error() string { return "zero error" }

// FailZero returns a ZeroError.
//
//offing:task
func FailZero() (int, error) { return 0, ZeroError{} }

// FailTypedNil returns a nil pointer as an error that is not nil.
//
//offing:task
func FailTypedNil() (int, error) {
	var none *fs.PathError
	return 0, none
}

// Panic panics with text.
//
//offing:task
func Panic(text string) int { panic(text) }

// Goexit ends the goroutine that it runs on.
//
//offing:task
func Goexit() int {
	goruntime.Goexit()
	return 0
}
