package wire

// Sure makes an append function that cannot fail one that could, as codecs are.
func Sure[T any](appendValue func(b []byte, v T) []byte) func(b []byte, v T) ([]byte, error) {
	return func(b []byte, v T) ([]byte, error) { return appendValue(b, v), nil }
}
