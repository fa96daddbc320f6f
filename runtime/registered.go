package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/offing-go/offing/runtime/wire"
)

// A RegisteredError says of a sentinel or an error type that is marked
// //offing:error what two programs compare.
//
// It is for executors only.
type RegisteredError struct {
	Name  string // import path, a dot, the name of variable or type; a star before it for a pointer
	Shape string // canonical text of the type; empty for a sentinel
}

// RegisteredErrors returns what [DefineError] and [DefineErrorType] were given, in
// order of name.
//
// It is for executors only.
func RegisteredErrors() []RegisteredError {
	var list []RegisteredError
	for _, e := range registeredErrors() {
		list = append(list, e.RegisteredError)
	}
	return list
}

// registeredError is a sentinel, or a type with its codec.
type registeredError struct {
	RegisteredError
	sentinel error // nil for a type

	// Of a type; nil for a sentinel.
	holds  func(err error) bool
	append func(b []byte, err error, depth int) ([]byte, error)
	read   func(r *wire.Reader) error
}

// try is append, which may call methods of the user's types.
func (e *registeredError) try(b []byte, err error, depth int) (out []byte, failed error) {
	defer func() {
		if p := recover(); p != nil {
			failed = errors.New("panic: " + PanicText(p))
		}
	}()
	return e.append(b, err, depth)
}

// errorTable has what is registered in order of name. A position in it is what
// crosses: equal programs have equal tables, in whatever order their packages
// are initialised.
type errorTable []*registeredError

// sentinel returns the position of err, or -1. The comparison does not panic,
// see [DefineError].
func (t errorTable) sentinel(err error) int {
	return slices.IndexFunc(t, func(e *registeredError) bool { return e.sentinel != nil && err == e.sentinel })
}

// holding returns the position of err's type, or -1.
func (t errorTable) holding(err error) int {
	return slices.IndexFunc(t, func(e *registeredError) bool { return e.sentinel == nil && e.holds(err) })
}

// registered is the other table that init fills, as tasks is; it is read
// without a lock.
var registered struct {
	mu  sync.Mutex // held by those who register
	all atomic.Pointer[errorTable]
}

func registeredErrors() errorTable {
	if all := registered.all.Load(); all != nil {
		return *all
	}
	return nil
}

// DefineError registers a sentinel, a package variable that is marked
// //offing:error, by its import path, a dot, and its name: it keeps its identity
// across processes, with the value that it has now. It is called from package
// initialisation only, and panics if that cannot be: if err is nil or cannot be
// compared, or if the name is taken.
//
// It is for generated code only.
func DefineError(name string, err error) {
	if err == nil {
		panic(fmt.Sprintf("offing: error %s is nil while its package is initialised; give it its value where it is declared, or remove its //offing:error", name))
	}
	if !equalsItself(err) {
		panic(fmt.Sprintf("offing: error %s is a %T, which == does not find equal to itself, and so never errors.Is; make it a pointer, or remove its //offing:error", name, err))
	}
	// Another name of an error that is registered does no harm: equal programs find
	// the same one of them.
	register(&registeredError{RegisteredError: RegisteredError{Name: name}, sentinel: err}, func(errorTable) int { return -1 })
}

// equalsItself reports whether err == err. No comparison with err panics then: Go
// compares two values of one type part by part, and only a part that cannot be
// compared with itself, in an interface of err, makes it panic.
func equalsItself(err error) (yes bool) {
	defer func() { _ = recover() }()
	return err == err
}

// DefineErrorType registers an error type that is marked //offing:error. E is the
// type as it is found in an error, T or *T; a nil pointer is encoded as any value.
// shape is the canonical text of T. appendErr is given how many levels of values
// may still be inside each other, which it hands on to [AppendErrorIn]; where it
// fails or panics, the error crosses as a *[RemoteError]. Failures of readErr
// are left in r. It is called from package initialisation only, and panics if
// the name or the type is registered already.
//
// It is for generated code only.
func DefineErrorType[E error](name, shape string, appendErr func(b []byte, err E, depth int) ([]byte, error), readErr func(r *wire.Reader) E) {
	var zero E
	if error(zero) == nil {
		panic(fmt.Sprintf("offing: error type %s is an interface; mark the types that implement it with //offing:error instead", name))
	}
	register(&registeredError{
		RegisteredError: RegisteredError{Name: name, Shape: shape},
		holds:           func(err error) bool { _, ok := err.(E); return ok },
		append:          func(b []byte, err error, depth int) ([]byte, error) { return appendErr(b, err.(E), depth) },
		read:            func(r *wire.Reader) error { return readErr(r) },
	}, func(t errorTable) int { return t.holding(zero) })
}

// register puts e in its place; same returns the position of what must not be
// registered twice, or -1.
func register(e *registeredError, same func(errorTable) int) {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	all := registeredErrors()
	i, taken := slices.BinarySearchFunc(all, e.Name, func(e *registeredError, name string) int { return strings.Compare(e.Name, name) })
	if taken {
		panic(fmt.Sprintf("offing: error %s is registered twice; only generated code registers errors, so look for a second offing_gen.go of that package", e.Name))
	}
	if j := same(all); j >= 0 {
		panic(fmt.Sprintf("offing: errors %s and %s are one and the same; remove the //offing:error of one of them", all[j].Name, e.Name))
	}
	if len(all) > maxRegistered {
		panic(fmt.Sprintf("offing: error %s is one too many; a program can register %d", e.Name, maxRegistered+1))
	}
	all = slices.Insert(slices.Clone(all), i, e)
	registered.all.Store(&all)
}

// maxRegistered is the highest position that an encoded error has room for.
const maxRegistered = 1<<16 - 1
