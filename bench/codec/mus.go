package codec

import "github.com/mus-format/mus-go"

// ofMus is mus as its documentation shows it: the size first, then the value
// into a slice of that size.
func ofMus[T any, S mus.Serializer[T]](name string, s S) maker[T] {
	return stateless(name,
		func(b []byte, v *T) []byte {
			n := s.Size(*v)
			if cap(b) < n {
				b = make([]byte, n)
			}
			b = b[:n]
			s.Marshal(*v, b)
			return b
		},
		func(b []byte) (T, error) {
			v, _, err := s.Unmarshal(b)
			return v, err
		})
}
