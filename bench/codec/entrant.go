package codec

import "github.com/offing-go/offing/bench/internal/rounds"

// An entrant is a codec, ready to be measured and tested with values of type T.
type entrant[T any] struct {
	name   string
	encode func(values []T) rounds.Case
	decode func(values []T) rounds.Case
	length func(values []T) float64 // mean of the encoded bytes

	roundTrip func(v *T) (T, error)
	read      func(b []byte) error // decodes b, whatever it is
}

func enter[T any](m maker[T]) entrant[T] {
	return enterAs(m, func(v *T) T { return *v }, func(v T) T { return v })
}

// enterAs is enter for a contender that has a type V of its own for the values.
func enterAs[T, V any](m maker[V], to func(*T) V, from func(V) T) entrant[T] {
	name := m().name
	return entrant[T]{
		name: name,
		encode: func(values []T) rounds.Case {
			return rounds.Case{Name: name, Run: encoding(m(), all(values, to))}
		},
		decode: func(values []T) rounds.Case {
			c := m()
			return rounds.Case{Name: name, Run: decoding(c, messages(c, all(values, to)))}
		},
		length: func(values []T) float64 {
			total := 0
			for _, b := range messages(m(), all(values, to)) {
				total += len(b)
			}
			return float64(total) / float64(len(values))
		},
		roundTrip: func(v *T) (T, error) {
			c, own := m(), to(v)
			back, err := c.decode(c.encode(nil, &own))
			if err != nil {
				return *new(T), err
			}
			return from(back), nil
		},
		read: func(b []byte) error {
			_, err := m().decode(b)
			return err
		},
	}
}

func all[T, V any](values []T, to func(*T) V) []V {
	own := make([]V, len(values))
	for i := range values {
		own[i] = to(&values[i])
	}
	return own
}

func messages[V any](c codec[V], values []V) [][]byte {
	all := make([][]byte, len(values))
	for i := range values {
		all[i] = c.encode(nil, &values[i])
	}
	return all
}

// encoding encodes one value after the other into one buffer.
func encoding[V any](c codec[V], values []V) func(n int) {
	var b []byte
	i := 0
	return func(n int) {
		for range n {
			b = c.encode(b[:0], &values[i])
			if i++; i == len(values) {
				i = 0
			}
		}
	}
}

// decoding decodes one message after the other.
func decoding[V any](c codec[V], messages [][]byte) func(n int) {
	i := 0
	return func(n int) {
		for range n {
			_, err := c.decode(messages[i])
			must(err)
			if i++; i == len(messages) {
				i = 0
			}
		}
	}
}
