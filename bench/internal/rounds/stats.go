package rounds

import "slices"

// A Spread is what a series of figures comes to: the median, and the quartiles
// around it. Means would let one disturbed round speak for all.
type Spread struct {
	Low    float64 `json:"low"`
	Median float64 `json:"median"`
	High   float64 `json:"high"`
}

// SpreadOf returns the quartiles of figures. There must be at least one.
func SpreadOf(figures []float64) Spread {
	sorted := slices.Sorted(slices.Values(figures))
	return Spread{quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)}
}

// quantile interpolates between the two figures around q.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Each returns one figure of each sample.
func Each(samples []Sample, figure func(Sample) float64) []float64 {
	figures := make([]float64, len(samples))
	for i, s := range samples {
		figures[i] = figure(s)
	}
	return figures
}

// Ratio returns the time of a relative to that of b, round by round: both were
// measured as neighbours.
func Ratio(a, b []Sample) Spread {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = a[i].Ns / b[i].Ns
	}
	return SpreadOf(ratios)
}
