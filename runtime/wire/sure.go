package wire

// Sure makes an append function that cannot fail one that could, as codecs are.
func Sure[T any](appendValue func(b []byte, v T) []byte) func(b []byte, v T) ([]byte, error) {
	return func(b []byte, v T) ([]byte, error) { return appendValue(b, v), nil }
}

// Into makes a function that returns what it reads one that fills a variable, as
// codecs do.
func Into[T any](read func(r *Reader) T) func(r *Reader, v *T) {
	return func(r *Reader, v *T) { *v = read(r) }
}
