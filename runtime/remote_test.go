package runtime_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// A task's error has no form of its own in another process unless its type is
// registered. Its text stays, and what it wraps is found.
func ExampleRemoteError() {
	open := fmt.Errorf("no settings: %w", &fs.PathError{Op: "open", Path: "app.conf", Err: fs.ErrNotExist})
	err := fromWorker(open) // as it is after a task in a worker process returned it

	var remote *runtime.RemoteError
	var at *fs.PathError
	fmt.Println(err)
	fmt.Println(errors.As(err, &remote), remote.Type)
	fmt.Println(errors.Is(err, fs.ErrNotExist), errors.As(err, &at), at.Path)
	// Output:
	// no settings: open app.conf: file does not exist
	// true *fmt.wrapError
	// true true app.conf
}

// fromWorker passes err through its encoding.
func fromWorker(err error) error {
	r := wire.NewReader(runtime.AppendError(nil, err))
	return runtime.ReadError(&r)
}

// code is an error that is compared by its value.
type code int

func (c code) Error() string { return fmt.Sprint("code ", int(c)) }

type mute struct{ n int }

func (mute) Error() string { return "mute" }

type other int

func (other) Error() string { return "code 1" }

func TestRemoteErrorsAreTheValuesThatTheyWere(t *testing.T) {
	closed := fmt.Errorf("reading: %w", &net.OpError{Op: "read", Net: "tcp", Err: net.ErrClosed})
	for _, c := range []struct {
		err, target error
		want        bool
	}{
		{closed, net.ErrClosed, true},
		{closed, fs.ErrClosed, false},
		{code(1), code(1), true},
		{code(1), code(2), false},
		{code(1), other(1), false},
		{mute{1}, mute{2}, true}, // as documented
		{&nilError{"x"}, &nilError{"x"}, false},
		{errors.New("x"), errors.New("x"), false},
		{nobody{}, nobody{}, false}, // no comparison finds it
		{code(1), (*nilError)(nil), false},
		{code(1), nil, false},
	} {
		if got := errors.Is(cross(t, c.err), c.target); got != c.want {
			t.Errorf("%v is %v: %v", c.err, c.target, got)
		}
	}
	if (&runtime.RemoteError{Type: "x.Y"}).Is(panicky{}) {
		t.Error("an error whose methods panic was found")
	}
}

// panicky is an error whose methods panic.
type panicky struct{}

func (panicky) Error() string   { panic("Error") }
func (panicky) Unwrap() []error { panic("Unwrap") }
func (panicky) Is(error) bool   { panic("Is") }
func (panicky) As(any) bool     { panic("As") }
func (panicky) Timeout() bool   { panic("Timeout") }

func TestMethodsThatPanic(t *testing.T) {
	got := cross(t, fmt.Errorf("x: %w", errors.Join(io.EOF, hidden{panicky{}}, os.ErrExist)))
	var remote *runtime.RemoteError
	if !errors.Is(got, io.EOF) || !errors.Is(got, os.ErrExist) || !errors.As(got, &remote) {
		t.Errorf("got %v", got)
	}
	if got := cross(t, panicky{}); got.Error() != "Error method of runtime_test.panicky panicked" {
		t.Errorf("got %v", got)
	}
}

// hidden has a text, unlike what it wraps.
type hidden struct{ err error }

func (hidden) Error() string   { return "hidden" }
func (e hidden) Unwrap() error { return e.err }

// slow is a timeout of a type that is not registered, as network packages have.
type slow struct{ temporary, timeout bool }

func (*slow) Error() string     { return "slow" }
func (e *slow) Timeout() bool   { return e.timeout }
func (e *slow) Temporary() bool { return e.temporary }

func TestRemoteTimeouts(t *testing.T) {
	for _, temporary := range []bool{true, false} {
		once := cross(t, &slow{temporary: temporary, timeout: true})
		for _, got := range []error{once, cross(t, once)} { // a second crossing changes nothing
			var remote *runtime.RemoteError
			if !os.IsTimeout(got) || !errors.As(got, &remote) || remote.Type != "*runtime_test.slow" || got.Error() != "slow" {
				t.Errorf("got %#v", got)
			}
			var network net.Error
			if !errors.As(fmt.Errorf("x: %w", got), &network) || !network.Timeout() || network.Temporary() != temporary {
				t.Errorf("as a net.Error it is %#v", network)
			}
		}
	}
	var network net.Error
	for _, err := range []error{&slow{}, errors.New("x"), panicky{}} {
		if got := cross(t, err); errors.As(got, &network) || os.IsTimeout(got) {
			t.Errorf("%v became a net.Error: %#v", err, got)
		}
	}
	late := cross(t, &url.Error{Op: "Get", URL: "http://x", Err: &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}})
	if !errors.Is(late, os.ErrDeadlineExceeded) || !errors.As(late, &network) || !network.Timeout() {
		t.Errorf("got %#v", late)
	}
}

func TestRemoteErrorsCrossUnchanged(t *testing.T) {
	once := cross(t, fmt.Errorf("x: %w", &nilError{"y"}))
	var first, second *runtime.RemoteError
	if twice := cross(t, once); !errors.As(once, &first) || !errors.As(twice, &second) || second.Type != first.Type || twice.Error() != "x: y" {
		t.Errorf("%+v became %+v", first, second)
	}
	if got := cross(t, (*runtime.RemoteError)(nil)); got == nil {
		t.Error("a nil pointer is no error any more")
	}
}

func TestNetworkErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback here:", err)
	}
	address := l.Addr().String()
	l.Close()
	_, err = net.Dial("tcp", address)
	got := cross(t, err)
	var remote *runtime.RemoteError
	var call *os.SyscallError
	switch {
	case err == nil:
		t.Skip("somebody else listens at", address)
	case got.Error() != err.Error() || !errors.Is(got, syscall.ECONNREFUSED):
		t.Errorf("%v became %v", err, got)
	case !errors.As(got, &remote) || remote.Type != "*net.OpError" || !errors.As(got, &call):
		t.Errorf("got %#v", got)
	}
	_, err = net.ResolveTCPAddr("tcp", "nowhere")
	if got := cross(t, err); got.Error() != err.Error() {
		t.Errorf("%v became %v", err, got)
	}
}

func TestJSONErrors(t *testing.T) {
	var v struct{ N int }
	syntax := json.Unmarshal([]byte(`{"N": !}`), &v)
	for _, got := range []error{cross(t, fmt.Errorf("bad: %w", syntax)), cross(t, cross(t, fmt.Errorf("bad: %w", syntax)))} {
		var at *json.SyntaxError
		var remote *runtime.RemoteError
		if got.Error() != "bad: "+syntax.Error() || !errors.As(got, &at) || at.Offset != syntax.(*json.SyntaxError).Offset || !errors.As(got, &remote) {
			t.Errorf("got %#v, %+v", got, at)
		}
	}
	mistyped := json.Unmarshal([]byte(`{"N": "x"}`), &v)
	var remote *runtime.RemoteError
	if got := cross(t, mistyped); got.Error() != mistyped.Error() || !errors.As(got, &remote) || remote.Type != "*json.UnmarshalTypeError" {
		t.Errorf("got %#v", got)
	}
	if got := cross(t, (*json.SyntaxError)(nil)); got == nil {
		t.Error("a nil pointer is no error any more")
	}
}
