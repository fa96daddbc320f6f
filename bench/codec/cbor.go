package codec

import (
	"bytes"

	"github.com/fxamacker/cbor/v2"
)

// cborMode writes times to the nanosecond, as text with an offset: the shorter
// forms lose the one or the other.
var cborMode = func() cbor.UserBufferEncMode {
	mode, err := cbor.EncOptions{Time: cbor.TimeRFC3339Nano}.UserBufferEncMode()
	must(err)
	return mode
}()

func ofCBOR[T any]() codec[T] {
	var w bytes.Buffer
	return codec[T]{"cbor",
		func(b []byte, v *T) []byte {
			w = *bytes.NewBuffer(b)
			must(cborMode.MarshalToBuffer(v, &w))
			return w.Bytes()
		},
		func(b []byte) (v T, err error) {
			err = cbor.Unmarshal(b, &v)
			return v, err
		}}
}
