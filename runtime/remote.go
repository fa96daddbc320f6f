package runtime

import (
	"fmt"
	"strings"

	"github.com/offing-go/offing/runtime/wire"
)

// A RemoteError stands for an error that crossed a process boundary and has no
// form of its own there: its type is neither well known nor registered with
// //offing:error. Errors that it wrapped are inside it, so that errors.Is and
// errors.As still find those that could be kept.
//
// If the original was a timeout, the *RemoteError comes inside an error that has
// the methods Timeout and Temporary of a net.Error.
type RemoteError struct {
	Type    string // as %T prints it, such as "*fmt.wrapError"
	Message string // the text of its Error method

	wrapped []error
}

// Error returns the original text.
func (e *RemoteError) Error() string { return e.Message }

// Unwrap returns what the original wrapped.
func (e *RemoteError) Unwrap() []error { return e.wrapped }

// Is reports whether target is a value, and not a pointer, of a type of that
// name and has that text. That is what == says of such errors, as of
// net.ErrClosed, as far as type and text tell: two values of one type that differ
// in something else than their text are taken for the same.
func (e *RemoteError) Is(target error) (yes bool) {
	if e == nil || strings.HasPrefix(e.Type, "*") {
		return false
	}
	defer func() { _ = recover() }() // Error of target may panic
	return target.Error() == e.Message && fmt.Sprintf("%T", target) == e.Type && equalsItself(target)
}

// A timeoutError is a RemoteError whose original was a timeout, as os.IsTimeout and
// package net ask for it. It is a type of its own: who finds a net.Error
// concludes that the network failed.
type timeoutError struct {
	*RemoteError
	temporary bool
}

// Unwrap returns the RemoteError.
func (e *timeoutError) Unwrap() error { return e.RemoteError }

// Timeout returns true.
func (e *timeoutError) Timeout() bool { return true }

// Temporary returns what the original returned.
func (e *timeoutError) Temporary() bool { return e.temporary }

// appendRemote appends err as a RemoteError, or as a timeout, up to what is
// inside it, which it returns. One that comes from another process stays what it
// is.
func appendRemote(b []byte, err error) (_ []byte, wrapped []error) {
	node := append(b, nodeRemote)
	if timeout, temporary := timedOut(err); timeout {
		node = wire.AppendBool(append(b, nodeTimeout), temporary)
	}
	if e, ok := err.(*timeoutError); ok {
		err = e.RemoteError
	}
	kind, text := describe(err)
	return wire.AppendString(wire.AppendString(node, kind), text), unwrap(err)
}

// timedOut asks err whether it is a timeout, and a temporary one.
func timedOut(err error) (timeout, temporary bool) {
	defer func() { _ = recover() }() // its methods may panic
	if e, ok := err.(interface{ Timeout() bool }); ok && e.Timeout() {
		timeout = true
		if e, ok := err.(interface{ Temporary() bool }); ok {
			temporary = e.Temporary()
		}
	}
	return timeout, temporary
}

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
