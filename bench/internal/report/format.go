package report

import (
	"fmt"
	"math"
	"strconv"
)

// duration formats ns with three digits.
func duration(ns float64) string {
	switch {
	case ns < 999.5:
		return digits(ns) + " ns"
	case ns < 999.5e3:
		return digits(ns/1e3) + " µs"
	case ns < 999.5e6:
		return digits(ns/1e6) + " ms"
	}
	return digits(ns/1e9) + " s"
}

// digits formats v with three digits, as far as they say something.
func digits(v float64) string {
	switch {
	case v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// ratio formats a ratio with as many digits as it takes to tell it from zero.
func ratio(r float64) string {
	if r > 0 && r < 0.1 {
		return strconv.FormatFloat(r, 'f', 3, 64)
	}
	return digits(r)
}

// rounded takes away what the harness and the runtime's own goroutines allocate.
func rounded(allocs float64) float64 { return math.Round(allocs*1000) / 1000 }

// count formats a number of objects: whole if it is.
func count(n float64) string {
	n = rounded(n)
	if near := math.Round(n); near > 0 && math.Abs(n-near) < 0.02*near {
		n = near
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// quantity formats a number of bytes.
func quantity(n float64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%.0f", n)
	case n < 10_000_000:
		return digits(n/1e3) + "k"
	}
	return digits(n/1e6) + "M"
}
