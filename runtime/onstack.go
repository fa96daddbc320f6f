package runtime

import (
	"iter"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync"
)

// Go has no public identity of goroutines, and callbacks get no context, so the stack is
// the one witness of what a goroutine is inside of. It is asked where a wait would be one
// for oneself: once per Shutdown, and per Submit that finds the queue full while callbacks
// run.

// onStack returns how many frames of the caller's goroutine are calls of the method of
// this package by that name, as "(*Pool).work", of the receiver at that address, which is
// in the heap, or a variable, and so does not move. The method must not be inlined, and
// need its receiver again after what it calls; what a deferred function needs is kept
// elsewhere, and the text of the stack is not sure of the receiver then.
//
// The text of the stack has the receivers, but not more than a hundred frames, and none
// that the compiler is not sure of: calls whose receiver is not to be seen count.
func onStack(method string, receiver uintptr) int {
	calls := frames(method)
	if calls == 0 {
		return 0
	}
	for args := range argsOnStack(method) {
		if at, sure := firstArg(args); sure && at != receiver {
			calls--
		}
	}
	return calls
}

// firstParameter returns what the innermost of those frames was called with, besides its
// receiver, as a number: of a pointer, its address. It reports false if there is no such
// frame, or the compiler is not sure.
func firstParameter(method string, receiver uintptr) (value uintptr, sure bool) {
	for args := range argsOnStack(method) {
		if at, sure := firstArg(args); sure && at == receiver {
			_, rest, _ := strings.Cut(args, ", ")
			return firstArg(rest)
		}
	}
	return 0, false
}

// argsOnStack yields the arguments of the frames of the caller's goroutine that are calls
// of that method, the innermost first, as a traceback has them.
func argsOnStack(method string) iter.Seq[string] {
	text := make([]byte, 1<<16) // of a hundred frames; a longer one is cut
	text = text[:goruntime.Stack(text, false)]
	return func(yield func(args string) bool) {
		for line := range strings.Lines(string(text)) {
			_, args, ok := strings.Cut(line, packageName()+"."+method+"(")
			if ok && !yield(args) {
				return
			}
		}
	}
}

// firstArg returns the first of the arguments of a frame, as a traceback has them:
// "0xc0000a4000, 0x1?)". It reports false if that is none, or one the traceback says
// may be something else.
func firstArg(args string) (value uintptr, sure bool) {
	end := strings.IndexAny(args, ",)?")
	if end < 0 || args[end] == '?' {
		return 0, false
	}
	n, err := strconv.ParseUint(args[:end], 0, strconv.IntSize)
	return uintptr(n), err == nil
}

// frames returns how many frames of the caller's goroutine are calls of that method of
// this package, whatever the receiver.
func frames(method string) (n int) {
	pcs := make([]uintptr, 64)
	depth := goruntime.Callers(2, pcs)
	for depth == len(pcs) {
		pcs = make([]uintptr, 2*len(pcs))
		depth = goruntime.Callers(2, pcs)
	}
	stack := goruntime.CallersFrames(pcs[:depth])
	for more := depth > 0; more; {
		var frame goruntime.Frame
		if frame, more = stack.Next(); frame.Function == packageName()+"."+method {
			n++
		}
	}
	return n
}

// packageName is what the names of functions of this package begin with, as stacks have
// them. It is found out by who asks first: workers, most of which never do, start sooner.
var packageName = sync.OnceValue(func() string {
	pcs := make([]uintptr, 1)
	goruntime.Callers(1, pcs)
	frame, _ := goruntime.CallersFrames(pcs).Next()
	slash := strings.LastIndexByte(frame.Function, '/') + 1
	dot := strings.IndexByte(frame.Function[slash:], '.')
	return frame.Function[:slash+dot]
})
