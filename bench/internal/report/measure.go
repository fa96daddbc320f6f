package report

import (
	"regexp"
	"slices"
	"time"

	"github.com/offing-go/offing/bench/internal/rounds"
)

// Options are what to measure, and how.
type Options struct {
	Rounds rounds.Options
	Quick  bool           // little work: only to see that all of it runs
	Works  *regexp.Regexp // names of the works; nil for all
	Only   []string       // contenders; empty for all
	Note   func(work string)
}

// Measure has one group's work done and returns the results in order.
func Measure(g Group, o Options) []Result {
	var all []Result
	o.Rounds.Processor = g.Processor
	for _, w := range g.Works(o.Quick) {
		if o.Works == nil || o.Works.MatchString(w.Name) {
			o.Note(w.Name)
			all = append(all, measure(w, o)...)
		}
	}
	return all
}

func measure(w Work, o Options) []Result {
	contenders := w.Open()
	defer func() {
		for _, c := range contenders {
			if c.Close != nil {
				c.Close()
			}
		}
	}()
	var chosen []Contender
	var cases []rounds.Case
	for _, c := range contenders {
		if len(o.Only) == 0 || slices.Contains(o.Only, c.Name) {
			chosen = append(chosen, c)
			cases = append(cases, c.Case)
		}
	}
	if len(cases) == 0 {
		return nil
	}
	return results(w, chosen, rounds.Measure(cases, w.fit(o.Rounds)))
}

// fit is what was asked for, as the work needs it.
func (w *Work) fit(o rounds.Options) rounds.Options {
	if w.Rounds > 0 {
		o.Rounds = min(o.Rounds, w.Rounds)
	}
	o.Round *= time.Duration(max(1, w.Turns))
	return o
}
