package codec

// A codec is one contender's way to encode and decode values of type T.
type codec[T any] struct {
	name string

	// encode appends v to b, which is empty but has room as a rule.
	encode func(b []byte, v *T) []byte

	// decode returns a value that shares nothing with one decoded before. It
	// shares memory with b only if the contender aliases.
	decode func(b []byte) (T, error)
}

// A maker makes codecs of T: some contenders have a state, that of a stream.
type maker[T any] func() codec[T]

// stateless is a maker of a codec without state.
func stateless[T any](name string, encode func([]byte, *T) []byte, decode func([]byte) (T, error)) maker[T] {
	return func() codec[T] { return codec[T]{name, encode, decode} }
}

// must is for encoders: the values are ours, so they can be encoded.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
