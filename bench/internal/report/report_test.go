package report

import (
	"strings"
	"testing"
	"time"

	"github.com/offing-go/offing/bench/internal/rounds"
)

// steady returns samples that are all alike.
func steady(ns, allocs, bytes float64) []rounds.Sample {
	s := rounds.Sample{Ns: ns, Allocs: allocs, Bytes: bytes}
	return []rounds.Sample{s, s, s}
}

func TestTargetsAreJudged(t *testing.T) {
	w := Work{Name: "w", Per: 10, Targets: []Target{
		{Figure: Ratio, Against: "slow", AtMost: 0.25},
		{Figure: Ratio, Against: "equal", AtMost: 0.9},
		{Figure: Ns, AtMost: 20},
		{Figure: Allocs, AtMost: 1},
		{Figure: Bytes, AtMost: 60},
	}}
	contenders := []Contender{{Case: rounds.Case{Name: "slow"}}, {Case: rounds.Case{Name: Offing}}, {Case: rounds.Case{Name: "equal"}}}
	all := results(w, contenders, [][]rounds.Sample{steady(800, 0, 0), steady(200, 10.001, 640), steady(200, 0, 0)})
	want := []string{"≤ 0.25 met", "≤ 20 ns met, ≤ 1 allocs met, ≤ 60 B MISSED", "≤ 0.9 MISSED"}
	for i, r := range all {
		if got := verdicts(r.Verdicts); got != want[i] {
			t.Errorf("%s: %q, want %q", r.Contender, got, want[i])
		}
	}
	if all[0].Ns.Median != 80 || all[0].Ratio.Median != 0.25 {
		t.Errorf("%v ns, ratio %v; want 80 and 0.25", all[0].Ns.Median, all[0].Ratio.Median)
	}
}

func TestWorkHasItsTurns(t *testing.T) {
	asked := rounds.Options{Rounds: 21, Round: time.Millisecond}
	for _, c := range []struct {
		work   Work
		rounds int
		round  time.Duration
	}{
		{Work{}, 21, time.Millisecond},
		{Work{Rounds: 9, Turns: 10}, 9, 10 * time.Millisecond},
		{Work{Rounds: 50}, 21, time.Millisecond},
	} {
		if got := c.work.fit(asked); got.Rounds != c.rounds || got.Round != c.round {
			t.Errorf("%d rounds of %v, want %d of %v", got.Rounds, got.Round, c.rounds, c.round)
		}
	}
}

func TestSummaryHasOffingFirst(t *testing.T) {
	all := []Result{
		{Work: "w", Contender: "peer", Ns: rounds.Spread{Median: 80}, Ratio: rounds.Spread{Median: 0.05}},
		{Work: "w", Contender: Offing, Ns: rounds.Spread{Median: 4}, Ratio: rounds.Spread{Median: 1}},
	}
	var out strings.Builder
	Printer{W: &out, Markdown: true}.Summary(all)
	want := `| per operation (offing ÷ it) | offing | peer |
|---|---|---|
| w | 4.00 ns | 80.0 ns (0.050) |

`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestFormats(t *testing.T) {
	for got, want := range map[string]string{
		duration(1.234): "1.23 ns", duration(999.6): "1.00 µs", duration(12_345): "12.3 µs", duration(2e8): "200 ms",
		ratio(0.0312): "0.031", ratio(1.5): "1.50",
		count(1.0004): "1", count(0.0014): "0.001", count(2): "2", count(7.3): "7.3",
		quantity(64.4): "64", quantity(23456): "23.5k", quantity(8e6): "8000k",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
