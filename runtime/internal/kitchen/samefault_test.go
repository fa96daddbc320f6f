package kitchen

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/offing-go/offing/runtime"
)

// maxFaults is how deep errors are compared: what is far deeper is cut on the way.
const maxFaults = 30

// sameError compares type, text and what is wrapped. A RemoteError is of the type
// that it stands for.
func sameError(a, b error) bool { return sameFault(a, b, maxFaults) }

// sameOutage compares the fields of errors of a registered type: those must be of the
// very type.
func sameOutage(a, b error) bool {
	p, is := a.(*Outage)
	q, also := b.(*Outage)
	if !is && !also || p == nil && q == nil {
		return is == also
	}
	return is && also && p != nil && q != nil && p.Code == q.Code && reflect.DeepEqual(p.Where, q.Where)
}

func sameFault(a, b error, depth int) bool {
	if a == nil || b == nil || slices.Contains(sentinels, a) {
		return a == b
	}
	if typeOf(a) != typeOf(b) || textOf(a) != textOf(b) || !samePanic(a, b) || !sameOutage(a, b) {
		return false
	}
	if depth == 0 {
		return true
	}
	return slices.EqualFunc(wrappedBy(a), wrappedBy(b), func(a, b error) bool { return sameFault(a, b, depth-1) })
}

func typeOf(err error) string {
	if remote, ok := err.(*runtime.RemoteError); ok {
		return remote.Type
	}
	return fmt.Sprintf("%T", err)
}

func textOf(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = "Error method of " + typeOf(err) + " panicked"
		}
	}()
	return err.Error()
}

func samePanic(a, b error) bool {
	p, ok := a.(*runtime.PanicError)
	q, too := b.(*runtime.PanicError)
	return !ok || !too || (p.Stack == nil) == (q.Stack == nil) && string(p.Stack) == string(q.Stack)
}

// wrappedBy returns what is wrapped; an Unwrap method that panics wraps nothing.
func wrappedBy(err error) (list []error) {
	defer func() { _ = recover() }()
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		list = e.Unwrap()
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			list = []error{inner}
		}
	}
	return list
}
