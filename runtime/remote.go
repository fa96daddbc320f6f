package runtime

import (
	"fmt"
)

// A RemoteError stands for an error that crossed a process boundary and has no
// form of its own there. Errors that it wrapped are inside it, so that
// errors.Is and errors.As still find those that could be kept.
type RemoteError struct {
	Type    string // as %T prints it, such as "*fmt.wrapError"
	Message string // the text of its Error method

	wrapped []error
}

// Error returns the original text.
func (e *RemoteError) Error() string { return e.Message }

// Unwrap returns what the original wrapped.
func (e *RemoteError) Unwrap() []error { return e.wrapped }

// describe returns type and text of err. An Error method that panics, as that
// of a nil pointer in an error may, is survived. A RemoteError goes on as what it
// stands for, however many processes it passes.
func describe(err error) (kind, text string) {
	if e, ok := err.(*RemoteError); ok && e != nil {
		return e.Type, e.Message
	}
	kind = fmt.Sprintf("%T", err)
	text = "Error method of " + kind + " panicked"
	defer func() { _ = recover() }()
	return kind, err.Error()
}

// unwrap returns what err wraps; an Unwrap method that panics wraps nothing.
func unwrap(err error) (wrapped []error) {
	defer func() {
		if recover() != nil {
			wrapped = nil
		}
	}()
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return []error{inner}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}
