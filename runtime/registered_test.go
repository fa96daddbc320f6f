package runtime_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// Registered errors with codecs as the generator writes them.

var (
	errSample = errors.New("sample")
	errCode   = fmt.Errorf("code: %w", io.EOF) // a sentinel that wraps
)

// quotaError is registered as a pointer.
type quotaError struct {
	User string
	Used int
	Err  error
}

func (e *quotaError) Error() string { return fmt.Sprintf("quota of %s: %v", e.User, e.Err) }
func (e *quotaError) Unwrap() error { return e.Err }

// listError is registered as a value that == panics on.
type listError struct{ Items []string }

func (e listError) Error() string { return strings.Join(e.Items, ", ") }

// pairError has two errors that may be anything, itself included.
type pairError struct {
	Text string
	A, B error
}

func (e *pairError) Error() string   { return e.Text }
func (e *pairError) Unwrap() []error { return []error{e.A, e.B} }

// ringError is of a recursive type.
type ringError struct{ Next *ringError }

func (e *ringError) Error() string { return "ring" }

// brittleError has a codec that does not always work.
type brittleError struct {
	How string
	Err error
}

func (e *brittleError) Error() string { return "brittle: " + e.How }
func (e *brittleError) Unwrap() error { return e.Err }

// hastyError is registered with a codec that ignores depth.
type hastyError struct{ A, B error }

func (e *hastyError) Error() string { return "hasty" }

func init() {
	const pkg = "github.com/offing-go/offing/runtime_test."
	runtime.DefineError(pkg+"errSample", errSample)
	runtime.DefineError(pkg+"errCode", errCode)
	runtime.DefineErrorType(pkg+"quotaError", "struct{User string; Used int; Err error}", orNil(appendQuota), readOrNil(readQuota))
	runtime.DefineErrorType(pkg+"listError", "struct{Items []string}", appendList, readList)
	runtime.DefineErrorType(pkg+"pairError", "struct{Text string; A error; B error}", appendPair, readPair)
	runtime.DefineErrorType(pkg+"ringError", "struct{Next *ringError}", orNil(appendRing), readOrNil(readRing))
	runtime.DefineErrorType(pkg+"brittleError", "struct{How string; Err error}", appendBrittle, readBrittle)
	runtime.DefineErrorType(pkg+"hastyError", "struct{A error; B error}", appendHasty, readHasty)
}

// orNil is the codec of a pointer to a type with that codec.
func orNil[T any](appendValue func([]byte, *T, int) ([]byte, error)) func([]byte, *T, int) ([]byte, error) {
	return func(b []byte, v *T, depth int) ([]byte, error) {
		if b = wire.AppendPresent(b, v != nil); v == nil {
			return b, nil
		}
		return appendValue(b, v, depth)
	}
}

func readOrNil[T any](read func(r *wire.Reader) *T) func(r *wire.Reader) *T {
	return func(r *wire.Reader) *T {
		if !r.Present() {
			return nil
		}
		return read(r)
	}
}

func appendQuota(b []byte, e *quotaError, depth int) ([]byte, error) {
	b = wire.AppendInt(wire.AppendString(b, e.User), e.Used)
	return runtime.AppendErrorIn(b, e.Err, depth)
}

func readQuota(r *wire.Reader) *quotaError {
	return &quotaError{r.String(), r.Int(), runtime.ReadError(r)}
}

func appendList(b []byte, e listError, _ int) ([]byte, error) {
	b = wire.AppendCount(b, len(e.Items), e.Items == nil)
	for _, item := range e.Items {
		b = wire.AppendString(b, item)
	}
	return b, nil
}

func readList(r *wire.Reader) (e listError) {
	if n, present := r.Count(4); present {
		e.Items = make([]string, n)
		for i := range e.Items {
			e.Items[i] = r.String()
		}
	}
	return e
}

func appendPair(b []byte, e *pairError, depth int) ([]byte, error) {
	b, err := runtime.AppendErrorIn(wire.AppendString(b, e.Text), e.A, depth)
	if err != nil {
		return b, err
	}
	return runtime.AppendErrorIn(b, e.B, depth)
}

func readPair(r *wire.Reader) *pairError {
	return &pairError{r.String(), runtime.ReadError(r), runtime.ReadError(r)}
}

func appendRing(b []byte, e *ringError, depth int) ([]byte, error) {
	if depth == 0 {
		return b, wire.ErrDepth
	}
	if b = wire.AppendPresent(b, e.Next != nil); e.Next == nil {
		return b, nil
	}
	return appendRing(b, e.Next, depth-1)
}

func readRing(r *wire.Reader) *ringError {
	if !r.Enter() {
		return nil
	}
	defer r.Leave()
	e := &ringError{}
	if r.Present() {
		e.Next = readRing(r)
	}
	return e
}

// appendBrittle fails in the way that e says, after everything is written.
func appendBrittle(b []byte, e *brittleError, depth int) ([]byte, error) {
	b, err := runtime.AppendErrorIn(wire.AppendString(b, e.How), e.Err, depth)
	switch {
	case err != nil:
		return b, err
	case e.How == "error":
		return nil, errors.New("not today")
	case e.How == "panic":
		panic("not today")
	case e.How == "short":
		return b[:0], nil
	case e.How == "other":
		return make([]byte, len(b)), nil
	}
	return b, nil
}

func readBrittle(r *wire.Reader) *brittleError {
	e := &brittleError{r.String(), runtime.ReadError(r)}
	if e.How == "reader" {
		panic("not today")
	}
	return e
}

func appendHasty(b []byte, e *hastyError, _ int) ([]byte, error) {
	return runtime.AppendError(runtime.AppendError(b, e.A), e.B), nil
}

func readHasty(r *wire.Reader) *hastyError {
	return &hastyError{runtime.ReadError(r), runtime.ReadError(r)}
}

func TestRegisteredErrorsKeepTheirIdentity(t *testing.T) {
	for _, err := range []error{errSample, errCode} {
		if got := cross(t, fmt.Errorf("outer: %w", err)); cross(t, err) != err || !errors.Is(got, err) {
			t.Errorf("%v became %v", err, got)
		}
	}
	want := &quotaError{"ann", 7, &pairError{"both", errSample, listError{[]string{"x", "y"}}}}
	got := cross(t, errors.Join(io.EOF, fmt.Errorf("outer: %w", want)))
	var quota *quotaError
	var list listError
	switch {
	case got.Error() != "EOF\nouter: quota of ann: both":
		t.Errorf("text %q", got)
	case !errors.As(got, &quota) || quota.User != "ann" || quota.Used != 7:
		t.Errorf("got %+v", quota)
	case !errors.Is(got, errSample) || !errors.As(got, &list) || !slices.Equal(list.Items, []string{"x", "y"}):
		t.Errorf("what is inside is lost: %+v", got)
	}
}

// A nil pointer in an error is an error still.
func TestRegisteredTypedNil(t *testing.T) {
	if got, ok := cross(t, (*quotaError)(nil)).(*quotaError); !ok || got != nil {
		t.Errorf("got %#v", got)
	}
	got := cross(t, (*pairError)(nil)) // its codec panics
	if remote, ok := got.(*runtime.RemoteError); !ok || remote.Type != "*runtime_test.pairError" {
		t.Errorf("got %#v", got)
	}
}

// A codec that fails costs its error the type, and no other.
func TestRegisteredCodecsThatFail(t *testing.T) {
	for _, how := range []string{"error", "panic", "short", "other"} {
		bad := &brittleError{how, &quotaError{"ann", 1, errSample}}
		got := cross(t, fmt.Errorf("outer: %w", errors.Join(&quotaError{"bob", 2, bad}, &quotaError{"eve", 3, io.EOF})))
		var quota *quotaError
		var brittle *brittleError
		switch {
		case got.Error() != "outer: quota of bob: brittle: "+how+"\nquota of eve: EOF":
			t.Errorf("%s: text %q", how, got)
		case !errors.Is(got, errSample) || !errors.Is(got, io.EOF) || errors.As(got, &brittle):
			t.Errorf("%s: got %+v", how, got)
		case !errors.As(got, &quota) || quota.User != "ann":
			t.Errorf("%s: what the bad one wraps is %+v", how, quota)
		}
	}
	many := make([]error, 100)
	for i := range many {
		many[i] = &brittleError{"error", &quotaError{"ann", i, io.EOF}}
	}
	b := runtime.AppendError(nil, errors.Join(many...))
	if n := bytes.Count(b, []byte("ann")); n < 100 {
		t.Errorf("%d of 100 are there", n)
	}
}

// What a registered reader makes of hostile bytes does not end the program.
func TestG12_RegisteredReaderPanics(t *testing.T) {
	b := runtime.AppendError(nil, &quotaError{"ann", 1, &brittleError{"reader", nil}})
	r := wire.NewReader(b)
	runtime.ReadError(&r)
	if err := r.Finish(); !errors.Is(err, wire.ErrInvalid) || !strings.Contains(err.Error(), "not today") {
		t.Errorf("got %v", err)
	}
}

// Errors that have no end, or none in any time, end as remote ones.
func TestRegisteredErrorsWithoutEnd(t *testing.T) {
	self := &pairError{Text: "self"}
	self.A, self.B = self, self
	joined := &pairError{Text: "joined"}
	joined.A = errors.Join(joined, fmt.Errorf("again: %w", joined), joined)
	one := &quotaError{User: "one"}
	one.Err = errors.Join(quiet{one})
	hasty := &hastyError{}
	hasty.A, hasty.B = hasty, hasty
	ring := &ringError{}
	ring.Next = ring
	var shared, brittle, hasteful error = errSample, errSample, errSample
	for range 40 {
		shared = &pairError{"shared", shared, shared}
		brittle = &pairError{"brittle", &brittleError{"error", brittle}, &brittleError{"panic", brittle}}
		hasteful = &hastyError{hasteful, hasteful}
	}
	big := &pairError{Text: strings.Repeat("x", 1<<20)}
	big.A, big.B = big, errSample
	for name, err := range map[string]error{
		"self": self, "joined": joined, "hasty": hasty, "ring": ring, "one": one,
		"shared": shared, "brittle": brittle, "hasteful": hasteful, "big": big,
	} {
		b := runtime.AppendError([]byte("before"), err)
		if len(b) > 20<<20 || string(b[:6]) != "before" {
			t.Errorf("%s: %d bytes", name, len(b))
		}
		r := wire.NewReader(b[6:])
		got := runtime.ReadError(&r)
		if bad := r.Finish(); bad != nil {
			t.Errorf("%s: %v", name, bad)
		}
		remote, ok := got.(*runtime.RemoteError)
		if !ok || name != "one" && remote.Message != err.Error() {
			t.Errorf("%s: became %T", name, got)
		}
	}
}

// quiet hides the text of an error that contains itself.
type quiet struct{ err error }

func (quiet) Error() string   { return "quiet" }
func (e quiet) Unwrap() error { return e.err }

// As many errors as may be inside each other keep what they are. One that holds
// more is too deep itself.
func TestRegisteredErrorsToTheLimit(t *testing.T) {
	var err error = errSample
	for depth := 1; depth <= 100; depth++ {
		err = &pairError{"level", nil, err}
		got := cross(t, err)
		_, same := got.(*pairError)
		if whole := depth < wire.MaxErrorDepth; same != whole || whole && !errors.Is(got, errSample) || got.Error() != "level" {
			t.Fatalf("%d levels became %T", depth, got)
		}
	}
}

// Values around errors keep their own count of how deep they are.
func TestErrorsInDeepValues(t *testing.T) {
	for _, depth := range []int{0, 1, 2, 50, wire.MaxDepth} {
		b, err := runtime.AppendErrorIn([]byte("value"), &quotaError{"ann", 1, &ringError{}}, depth)
		r := wire.NewReader(b[5:])
		if got := runtime.ReadError(&r); err != nil || r.Finish() != nil || got.Error() != "quota of ann: ring" {
			t.Errorf("depth %d: %v, %v", depth, got, err)
		}
	}
	long := &ringError{}
	for range 5000 {
		long = &ringError{long}
	}
	if _, ok := cross(t, long).(*ringError); !ok {
		t.Error("a long value is no value any more")
	}
}

// Nesting by way of registered codecs is nesting.
func TestG12_NestedBeyondTheLimit(t *testing.T) {
	level := runtime.AppendError(nil, &pairError{"", nil, nil})
	level = level[:len(level)-4] // without its two errors, of two bytes each
	for depth, want := range map[int]bool{60: true, wire.MaxErrorDepth: false, 100_000: false} {
		b := append(bytes.Repeat(level, depth), make([]byte, 2*(1+depth))...)
		r := wire.NewReader(b)
		runtime.ReadError(&r)
		if got := r.Finish() == nil; got != want {
			t.Errorf("%d levels: %v", depth, r.Err())
		}
	}
}

// nobody is an error that no comparison finds.
type nobody []string

func (nobody) Error() string { return "nobody" }

// holder is comparable unless it holds what is not.
type holder struct{ err error }

func (holder) Error() string { return "holder" }

func TestWhatCannotBeCompared(t *testing.T) {
	for _, err := range []error{nobody{"a"}, holder{nobody{"a"}}, listError{}} {
		if got := cross(t, err); got.Error() != err.Error() {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestMistakesInRegistration(t *testing.T) {
	codec := func(b []byte, _ *nilError, _ int) ([]byte, error) { return b, nil }
	before := runtime.Fingerprint()
	for want, define := range map[string]func(){
		"error x.Nil is nil while":                       func() { runtime.DefineError("x.Nil", nil) },
		"error x.Nobody is a runtime_test.nobody, which": func() { runtime.DefineError("x.Nobody", nobody{}) },
		"error x.Holder is a runtime_test.holder, which": func() { runtime.DefineError("x.Holder", holder{nobody{}}) },
		"error github.com/offing-go/offing/runtime_test.errSample is registered twice": func() {
			runtime.DefineError("github.com/offing-go/offing/runtime_test.errSample", errors.New("other"))
		},
		"errors github.com/offing-go/offing/runtime_test.quotaError and x.Quota are one": func() {
			runtime.DefineErrorType("x.Quota", "", appendQuota, readQuota)
		},
		"error github.com/offing-go/offing/runtime_test.quotaError is registered twice": func() {
			runtime.DefineErrorType("github.com/offing-go/offing/runtime_test.quotaError", "", codec, nil)
		},
		"task x.Old has no codec of many arguments": func() {
			runtime.Define(&runtime.Func[int, int]{Task: runtime.Task{Name: "x.Old"}, ReadArg: square.ReadArg, AppendArg: square.AppendArg})
		},
		"error type x.Any is an interface": func() {
			runtime.DefineErrorType[error]("x.Any", "", func(b []byte, _ error, _ int) ([]byte, error) { return b, nil }, runtime.ReadError)
		},
	} {
		if got := panicText(define); !strings.HasPrefix(got, "offing: "+want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if runtime.Fingerprint() != before {
		t.Error("something was registered all the same")
	}
}

func panicText(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return ""
}

func TestRegisteredErrorsAreListed(t *testing.T) {
	list := runtime.RegisteredErrors()
	byName := func(a, b runtime.RegisteredError) int { return strings.Compare(a.Name, b.Name) }
	want := runtime.RegisteredError{Name: "github.com/offing-go/offing/runtime_test.listError", Shape: "struct{Items []string}"}
	if !slices.IsSortedFunc(list, byName) || !slices.Contains(list, want) {
		t.Errorf("got %+v", list)
	}
}
