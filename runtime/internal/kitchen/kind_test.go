package kitchen

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// A kind is what a task takes or returns, with its codec. Values are reflect
// values of a variable of its type.
type kind struct {
	name   string
	shape  reflect.Type
	encode func(b []byte, v reflect.Value) ([]byte, error)
	decode func(b []byte) (reflect.Value, error)
	huge   bool                 // messages are too long to damage every byte
	try    func(b []byte) error // decode without an allocation of its own; not for two goroutines
}

func kindOf[T any](name string, appendValue func([]byte, T) ([]byte, error), read func(*wire.Reader, *T)) kind {
	var spare wire.Reader
	return kind{
		name:  name,
		shape: reflect.TypeFor[T](),
		encode: func(b []byte, v reflect.Value) ([]byte, error) {
			return appendValue(b, *v.Addr().Interface().(*T))
		},
		decode: func(b []byte) (reflect.Value, error) {
			r := wire.NewReader(b)
			var v T
			read(&r, &v)
			return reflect.ValueOf(&v).Elem(), r.Finish()
		},
		try: func(b []byte) error {
			spare = wire.NewReader(b)
			var v T
			read(&spare, wire.Lend(&v))
			return spare.Finish()
		},
	}
}

// arg is the kind of a task's argument.
func arg[A, R any](f *runtime.Func[A, R]) kind {
	return kindOf(shortName(f.Name), f.AppendArg, f.ReadArg)
}

// result is the kind of a task's result.
func result[A, R any](f *runtime.Func[A, R]) kind {
	return kindOf(shortName(f.Name)+"'s result", f.AppendResult, f.ReadResult)
}

// ended is the context of batches of which no item is to run.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// batch is the kind of many arguments of a task, as they travel together.
func batch[A, R any](f *runtime.Func[A, R]) kind {
	k := kindOf(shortName(f.Name)+" in a batch",
		func(b []byte, items []A) ([]byte, error) { return f.AppendItems(wire.AppendBool(b, true), items) },
		func(r *wire.Reader, items *[]A) {
			r.Bool()
			f.ReadItems(r, items)
		})
	var spare wire.Reader
	k.try = func(b []byte) error {
		spare = wire.NewReader(b)
		return f.Batch(ended, &spare, nil)
	}
	return k
}

// whole marks a kind of messages that are too long to damage every byte.
func (k kind) whole() kind {
	k.huge = true
	return k
}

func shortName(task string) string {
	return strings.TrimPrefix(task[strings.LastIndexByte(task, '.')+1:], "Echo")
}

// random returns a random value.
func (k kind) random(m maker) reflect.Value {
	v := reflect.New(k.shape).Elem()
	m.fill(v, maxFill)
	return v
}

// message returns a random value that is encoded, in at most limit bytes if tries
// find one.
func (k kind) message(m maker, limit int) []byte {
	var best []byte
	for range 50 {
		b, err := k.encode(nil, k.random(m))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", k.name, err))
		}
		if best == nil || len(b) < len(best) {
			best = b
		}
		if len(b) <= limit {
			return b
		}
	}
	return best
}
