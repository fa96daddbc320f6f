package codec

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// random has a seed, so that every run measures the same values.
func random() *rand.Rand { return rand.New(rand.NewPCG(4, 5)) }

// many returns n different values.
func many[T any](n int, make func(r *rand.Rand, i int) T) []T {
	r, values := random(), []T{}
	for i := range n {
		values = append(values, make(r, i))
	}
	return values
}

// person is filled as in the public benchmark; its time is of the local zone, as
// what time.Now returns.
func person(r *rand.Rand, _ int) Person {
	return Person{
		Name:     letters(r, 16),
		BirthDay: time.Unix(1_700_000_000+r.Int64N(1e8), r.Int64N(1e9)),
		Phone:    letters(r, 10),
		Siblings: r.IntN(5),
		Spouse:   r.IntN(2) == 1,
		Money:    r.Float64(),
	}
}

func small(r *rand.Rand, i int) Small {
	return Small{A: i, B: r.IntN(1_000_000), C: -r.IntN(100), D: i%2 == 0}
}

func order(r *rand.Rand, i int) Order {
	return Order{
		ID:       int64(i),
		Customer: letters(r, 12),
		Ship:     address(r),
		Bill:     address(r),
		Lines: many(5, func(_ *rand.Rand, i int) Line {
			return Line{Article: letters(r, 8), Count: i + 1, Price: r.Float64() * 100}
		}),
		Tags: []string{letters(r, 5), letters(r, 6), letters(r, 7)},
		Paid: i%3 == 0,
	}
}

func address(r *rand.Rand) Address {
	return Address{Street: letters(r, 18), City: letters(r, 9), Country: letters(r, 2), Zip: r.IntN(99_999)}
}

func floats(r *rand.Rand, _ int) []float64 {
	return many(1024, func(*rand.Rand, int) float64 { return r.NormFloat64() })
}

func texts(r *rand.Rand, _ int) []string {
	return many(1000, func(*rand.Rand, int) string { return letters(r, 10+r.IntN(11)) })
}

func counts(r *rand.Rand, _ int) map[string]int {
	m := map[string]int{}
	for i := range 1000 {
		m[fmt.Sprintf("%s%d", letters(r, 6), i)] = r.IntN(1000)
	}
	return m
}

func letters(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[r.IntN(52)]
	}
	return string(b)
}
