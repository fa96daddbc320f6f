package report

import (
	"fmt"

	"github.com/offing-go/offing/bench/internal/rounds"
)

// A Result is the figures of one contender at one work, per operation.
type Result struct {
	Group     string        `json:"group"`
	Procs     int           `json:"gomaxprocs"`
	Work      string        `json:"work"`
	Contender string        `json:"contender"`
	Ns        rounds.Spread `json:"ns"`
	Ratio     rounds.Spread `json:"offing_over_it"` // zero if offing is no contender
	CPU       float64       `json:"cpu_ns"`
	Allocs    float64       `json:"allocs"`
	Bytes     float64       `json:"bytes"`
	Wire      float64       `json:"encoded_bytes,omitempty"`
	Verdicts  []Verdict     `json:"targets,omitempty"`
	Alien     bool          `json:"other_process,omitempty"` // Allocs and Bytes are unknown
}

// A Verdict is a target and whether it was met.
type Verdict struct {
	Target string `json:"target"`
	Met    bool   `json:"met"`
}

func (v Verdict) String() string {
	if v.Met {
		return v.Target + " met"
	}
	return v.Target + " MISSED"
}

// results compares what was measured.
func results(w Work, contenders []Contender, samples [][]rounds.Sample) []Result {
	var offing []rounds.Sample
	for i, c := range contenders {
		if c.Name == Offing {
			offing = samples[i]
		}
	}
	all := make([]Result, len(contenders))
	for i, c := range contenders {
		all[i] = result(w, c, samples[i], offing)
	}
	return all
}

func result(w Work, c Contender, samples, offing []rounds.Sample) Result {
	per := float64(w.Per)
	median := func(figure func(rounds.Sample) float64) float64 {
		return rounds.SpreadOf(rounds.Each(samples, figure)).Median / per
	}
	r := Result{
		Work: w.Name, Contender: c.Name, Wire: c.Wire, Alien: c.Alien,
		Ns:     rounds.SpreadOf(rounds.Each(samples, func(s rounds.Sample) float64 { return s.Ns / per })),
		CPU:    median(func(s rounds.Sample) float64 { return s.CPU }),
		Allocs: median(func(s rounds.Sample) float64 { return s.Allocs }),
		Bytes:  median(func(s rounds.Sample) float64 { return s.Bytes }),
	}
	if offing != nil {
		r.Ratio = rounds.Ratio(offing, samples)
	}
	for _, t := range w.Targets {
		if t.concerns(c.Name) {
			r.Verdicts = append(r.Verdicts, t.judge(&r))
		}
	}
	return r
}

// concerns reports whether the target belongs on the contender's line.
func (t Target) concerns(contender string) bool {
	if t.Figure == Ratio {
		return t.Against == contender
	}
	return contender == Offing
}

// allowance is for what the Go runtime allocates meanwhile, for goroutines and
// timers of its own.
const allowance = 1.02

// judge holds a result against the target.
func (t Target) judge(r *Result) Verdict {
	text, value := "", 0.0
	switch t.Figure {
	case Ratio:
		text, value = fmt.Sprintf("≤ %.3g", t.AtMost), r.Ratio.Median
	case Ns:
		text, value = fmt.Sprintf("≤ %.3g ns", t.AtMost), r.Ns.Median
	case Allocs:
		text, value = fmt.Sprintf("≤ %.3g allocs", t.AtMost), rounded(r.Allocs)/allowance
	case Bytes:
		text, value = fmt.Sprintf("≤ %.3g B", t.AtMost), r.Bytes/allowance
	}
	return Verdict{text, value <= t.AtMost}
}
