package runtime

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/offing-go/offing/runtime/wire"
)

// readNode reads one error. How many there are needs no limit of its own: none
// allocates more than a small multiple of its bytes, and how deep they are is
// counted by r, whatever codecs are in between.
func readNode(r *wire.Reader) error {
	switch kind := r.Uint8(); kind {
	case nodeNil:
		r.Empty() // an interface takes 16 bytes in memory, so one would be too few here
		return nil
	case nodeSentinel:
		return readSentinel(r)
	case nodeRegistered:
		return readRegistered(r)
	case nodeRemote:
		return readRemote(r)
	case nodeTimeout:
		temporary := r.Bool()
		return &timeoutError{readRemote(r), temporary}
	case nodeTask:
		return &TaskError{Task: r.String(), Started: r.Bool(), Err: readInner(r)}
	case nodePanic:
		return &PanicError{Value: r.String(), Stack: r.Bytes()}
	case nodeItem:
		return &ItemError{Index: r.Int(), Err: readInner(r)}
	case nodeMark:
		return readMark(r)
	case nodePath:
		return &fs.PathError{Op: r.String(), Path: r.String(), Err: readInner(r)}
	case nodeLink:
		return &os.LinkError{Op: r.String(), Old: r.String(), New: r.String(), Err: readInner(r)}
	case nodeSyscall:
		return &os.SyscallError{Syscall: r.String(), Err: readInner(r)}
	case nodeErrno:
		return syscall.Errno(r.Uintptr())
	case nodeNum:
		return &strconv.NumError{Func: r.String(), Num: r.String(), Err: readInner(r)}
	case nodeSyntax:
		return readSyntax(r)
	}
	r.Fail("unknown kind of error")
	return nil
}

// readInner reads the error inside another. The Error methods around it call
// its Error method, so a missing one becomes an error that says so.
func readInner(r *wire.Reader) error {
	if err := ReadError(r); err != nil {
		return err
	}
	return errMissing
}

var errMissing = errors.New("no error given")

func readSentinel(r *wire.Reader) error {
	if i := int(r.Uint8()); i < len(wellKnown) {
		return wellKnown[i]
	}
	r.Fail("unknown sentinel")
	return nil
}

// readRegistered reads a registered sentinel or type. A method of the user's
// that panics on what it is given is a failure (G12).
func readRegistered(r *wire.Reader) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.Fail("panic: " + PanicText(p))
		}
	}()
	table, i := registeredErrors(), int(r.Uint16())
	switch {
	case i >= len(table):
		r.Fail("unknown registered error")
		return nil
	case table[i].sentinel != nil:
		return table[i].sentinel
	}
	return table[i].read(wire.Lend(r))
}

func readRemote(r *wire.Reader) *RemoteError {
	e := &RemoteError{Type: r.String(), Message: r.String()}
	n, _ := r.Count(2) // what is wrapped is not nil, and the least other node has two bytes
	if n == 0 {
		return e
	}
	e.wrapped = make([]error, 0, n)
	for range n {
		inner := ReadError(r)
		if inner == nil {
			r.Fail("no error where one is wrapped")
		}
		if r.Err() != nil {
			return e
		}
		e.wrapped = append(e.wrapped, inner)
	}
	return e
}

func readMark(r *wire.Reader) error {
	switch r.Uint8() {
	case markPermanent:
		return &permanentError{readInner(r)}
	case markDiscard:
		return &discardError{readInner(r)}
	}
	r.Fail("unknown mark of an error")
	return nil
}

// readSyntax reads a json.SyntaxError. Its text is where only package json can
// write it, so that a RemoteError has it, and wraps one with the offset.
func readSyntax(r *wire.Reader) error {
	text, e := r.String(), &json.SyntaxError{Offset: r.Int64()}
	if text == "" { // it was inside such a RemoteError
		return e
	}
	return &RemoteError{Type: "*json.SyntaxError", Message: text, wrapped: []error{e}}
}
