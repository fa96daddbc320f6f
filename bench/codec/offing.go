package codec

import (
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// ofOffing is the codec of a task's argument, used as a worker uses it: one Reader
// for all messages, each decoded to the end, with nothing left over. Inlined where it
// is called, in one large function, it would have nothing inlined into it.
//
//go:noinline
func ofOffing[T, R any](f *runtime.Func[T, R]) maker[T] {
	return func() codec[T] {
		var r wire.Reader
		return codec[T]{"offing",
			func(b []byte, v *T) []byte {
				b, err := f.AppendArg(b, *v)
				must(err)
				return b
			},
			func(b []byte) (v T, err error) {
				r.Start(b)
				f.ReadArg(&r, wire.Lend(&v)) // as package runtime does it
				return v, r.Finish()
			}}
	}
}
