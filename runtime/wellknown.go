package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/offing-go/offing/runtime/wire"
)

// wellKnown are the sentinels that keep their identity across processes without
// being registered. Their order is part of the protocol between two equal
// programs, no more. Each can be compared, see [DefineError].
var wellKnown = [...]error{
	ErrCanceled, ErrTimeout, ErrClosed, ErrQueueFull, ErrPanic,
	ErrCrashed, ErrMemory, ErrBroken, ErrEncoding,
	context.Canceled, context.DeadlineExceeded,
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrShortWrite, io.ErrShortBuffer, io.ErrNoProgress,
	fs.ErrInvalid, fs.ErrPermission, fs.ErrExist, fs.ErrNotExist, fs.ErrClosed, fs.SkipDir, fs.SkipAll,
	os.ErrNoDeadline, os.ErrDeadlineExceeded, os.ErrProcessDone,
	errors.ErrUnsupported, strconv.ErrRange, strconv.ErrSyntax,
	wire.ErrInvalid, wire.ErrDepth,
}

// wellKnownIndex returns the position of err, or -1.
func wellKnownIndex(err error) int {
	for i, known := range wellKnown {
		if err == known {
			return i
		}
	}
	return -1
}

// A form says what appendKnown has appended.
type form int

const (
	unknown  form = iota // nothing
	leaf                 // all of the error
	wrapping             // all but the one error inside it
)

// appendKnown appends errors of the types that keep their identity without
// being registered. A nil pointer in an error is none of them: it has no fields.
func appendKnown(b []byte, err error) (out []byte, inner error, _ form) {
	str := wire.AppendString
	switch e := err.(type) {
	case *TaskError:
		if e != nil {
			return wire.AppendBool(str(append(b, nodeTask), e.Task), e.Started), e.Err, wrapping
		}
	case *PanicError:
		if e != nil {
			return wire.AppendBytes(str(append(b, nodePanic), e.Value), e.Stack), nil, leaf
		}
	case *ItemError:
		if e != nil {
			return wire.AppendInt(append(b, nodeItem), e.Index), e.Err, wrapping
		}
	case *permanentError:
		return append(b, nodeMark, markPermanent), e.err, wrapping
	case *discardError:
		return append(b, nodeMark, markDiscard), e.err, wrapping
	default:
		return appendStandard(b, err)
	}
	return b, nil, unknown
}

// appendStandard is appendKnown for the types of the standard library.
func appendStandard(b []byte, err error) (out []byte, inner error, _ form) {
	str := wire.AppendString
	switch e := err.(type) {
	case *fs.PathError:
		if e != nil {
			return str(str(append(b, nodePath), e.Op), e.Path), e.Err, wrapping
		}
	case *os.LinkError:
		if e != nil {
			return str(str(str(append(b, nodeLink), e.Op), e.Old), e.New), e.Err, wrapping
		}
	case *os.SyscallError:
		if e != nil {
			return str(append(b, nodeSyscall), e.Syscall), e.Err, wrapping
		}
	case *strconv.NumError:
		if e != nil {
			return str(str(append(b, nodeNum), e.Func), e.Num), e.Err, wrapping
		}
	case *json.SyntaxError:
		if e != nil {
			return wire.AppendInt64(str(append(b, nodeSyntax), e.Error()), e.Offset), nil, leaf
		}
	case syscall.Errno:
		return wire.AppendUint64(append(b, nodeErrno), uint64(e)), nil, leaf
	}
	return b, nil, unknown
}
