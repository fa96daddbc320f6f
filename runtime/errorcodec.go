package runtime

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/offing-go/offing/runtime/wire"
)

// Errors cross a process boundary as trees: a node is a byte that says which
// kind, its fields, and the nodes that it wraps.
const (
	nodeNil byte = iota
	nodeSentinel
	nodeRemote
	nodeTask
	nodePanic
	nodeItem
	nodePermanent
	nodeDiscard
	nodePath
	nodeLink
	nodeSyscall
	nodeErrno
	nodeNum
)

// wellKnown are the sentinels that keep their identity across processes. Their
// order is part of the protocol between two equal programs, no more.
var wellKnown = [...]error{
	ErrCanceled, ErrTimeout, ErrClosed, ErrQueueFull, ErrPanic,
	ErrCrashed, ErrMemory, ErrBroken, ErrEncoding,
	context.Canceled, context.DeadlineExceeded,
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrShortWrite, io.ErrShortBuffer, io.ErrNoProgress,
	fs.ErrInvalid, fs.ErrPermission, fs.ErrExist, fs.ErrNotExist, fs.ErrClosed, fs.SkipDir, fs.SkipAll,
	os.ErrNoDeadline, os.ErrDeadlineExceeded, os.ErrProcessDone,
	errors.ErrUnsupported, strconv.ErrRange, strconv.ErrSyntax,
	wire.ErrInvalid,
}

// Limits of one error. Chains are short; these stop an Unwrap that cycles.
const (
	maxErrorDepth = 64
	maxErrorNodes = 1024
)

// AppendError appends err, which may be nil. Sentinels and types that are well
// known keep their identity, wrapping keeps its structure, anything else
// becomes a *[RemoteError]. It never panics, whatever methods err has.
//
// It is for generated code and executors only.
func AppendError(b []byte, err error) []byte {
	nodes := maxErrorNodes
	return appendNode(b, err, maxErrorDepth, &nodes)
}

func appendNode(b []byte, err error, depth int, nodes *int) []byte {
	if err == nil {
		return append(b, nodeNil)
	}
	*nodes--
	for i, known := range wellKnown {
		if err == known {
			return append(b, nodeSentinel, byte(i))
		}
	}
	if depth == 0 || *nodes <= 0 {
		return appendRemote(b, err, nil, 0, nodes)
	}
	if out, ok := appendTyped(b, err, depth-1, nodes); ok {
		return out
	}
	return appendRemote(b, err, unwrap(err), depth-1, nodes)
}

// appendTyped appends the types that keep their identity. A nil pointer in an
// error is none of them: it has no fields.
func appendTyped(b []byte, err error, depth int, nodes *int) (out []byte, ok bool) {
	str := wire.AppendString
	switch e := err.(type) {
	case *TaskError:
		if e != nil {
			b = wire.AppendBool(str(append(b, nodeTask), e.Task), e.Started)
			return appendNode(b, e.Err, depth, nodes), true
		}
	case *PanicError:
		if e != nil {
			return wire.AppendBytes(str(append(b, nodePanic), e.Value), e.Stack), true
		}
	case *ItemError:
		if e != nil {
			return appendNode(wire.AppendInt(append(b, nodeItem), e.Index), e.Err, depth, nodes), true
		}
	case *permanentError:
		return appendNode(append(b, nodePermanent), e.err, depth, nodes), true
	case *discardError:
		return appendNode(append(b, nodeDiscard), e.err, depth, nodes), true
	case *fs.PathError:
		if e != nil {
			return appendNode(str(str(append(b, nodePath), e.Op), e.Path), e.Err, depth, nodes), true
		}
	case *os.LinkError:
		if e != nil {
			return appendNode(str(str(str(append(b, nodeLink), e.Op), e.Old), e.New), e.Err, depth, nodes), true
		}
	case *os.SyscallError:
		if e != nil {
			return appendNode(str(append(b, nodeSyscall), e.Syscall), e.Err, depth, nodes), true
		}
	case *strconv.NumError:
		if e != nil {
			return appendNode(str(str(append(b, nodeNum), e.Func), e.Num), e.Err, depth, nodes), true
		}
	case syscall.Errno:
		return wire.AppendUint64(append(b, nodeErrno), uint64(e)), true
	}
	return b, false
}

func appendRemote(b []byte, err error, wrapped []error, depth int, nodes *int) []byte {
	kind, text := describe(err)
	b = wire.AppendString(wire.AppendString(append(b, nodeRemote), kind), text)
	b = wire.AppendCount(b, len(wrapped), false)
	for _, inner := range wrapped {
		b = appendNode(b, inner, depth, nodes)
	}
	return b
}

// ReadError reads what [AppendError] appended. Failures are left in r.
//
// It is for generated code and executors only.
func ReadError(r *wire.Reader) error { return readNode(r, maxErrorDepth+1) }

func readNode(r *wire.Reader, depth int) error {
	if depth == 0 {
		r.Fail("error nested too deeply")
		return nil
	}
	depth--
	switch kind := r.Uint8(); kind {
	case nodeNil:
		return nil
	case nodeSentinel:
		if i := int(r.Uint8()); i < len(wellKnown) {
			return wellKnown[i]
		}
		r.Fail("unknown sentinel")
		return nil
	case nodeRemote:
		return readRemote(r, depth)
	case nodeTask:
		return &TaskError{Task: r.String(), Started: r.Bool(), Err: readInner(r, depth)}
	case nodePanic:
		return &PanicError{Value: r.String(), Stack: r.Bytes()}
	case nodeItem:
		return &ItemError{Index: r.Int(), Err: readInner(r, depth)}
	case nodePermanent:
		return &permanentError{readInner(r, depth)}
	case nodeDiscard:
		return &discardError{readInner(r, depth)}
	case nodePath:
		return &fs.PathError{Op: r.String(), Path: r.String(), Err: readInner(r, depth)}
	case nodeLink:
		return &os.LinkError{Op: r.String(), Old: r.String(), New: r.String(), Err: readInner(r, depth)}
	case nodeSyscall:
		return &os.SyscallError{Syscall: r.String(), Err: readInner(r, depth)}
	case nodeNum:
		return &strconv.NumError{Func: r.String(), Num: r.String(), Err: readInner(r, depth)}
	case nodeErrno:
		return syscall.Errno(r.Uintptr())
	}
	r.Fail("unknown kind of error")
	return nil
}

// readInner reads the error inside another. The Error methods around it call
// its Error method, so a missing one, which only a hostile worker sends,
// becomes an error that says so.
func readInner(r *wire.Reader, depth int) error {
	if err := readNode(r, depth); err != nil {
		return err
	}
	return errMissing
}

var errMissing = errors.New("no error given")

func readRemote(r *wire.Reader, depth int) error {
	e := &RemoteError{Type: r.String(), Message: r.String()}
	n, _ := r.Count(1)
	for range n {
		if r.Err() != nil {
			return e
		}
		if inner := readNode(r, depth); inner != nil {
			e.wrapped = append(e.wrapped, inner)
		}
	}
	return e
}
