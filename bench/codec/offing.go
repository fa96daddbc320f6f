package codec

import (
	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// ofOffing is the codec of a task's argument, used as a worker uses it: decoded
// to the end, with nothing left over.
func ofOffing[T, R any](f *runtime.Func[T, R]) maker[T] {
	return stateless("offing",
		func(b []byte, v *T) []byte {
			b, err := f.AppendArg(b, *v)
			must(err)
			return b
		},
		func(b []byte) (T, error) {
			var r wire.Reader // as package runtime does it
			r.Start(b)
			v := f.ReadArg(wire.Lend(&r))
			return v, r.Finish()
		})
}
