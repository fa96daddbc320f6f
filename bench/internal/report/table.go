package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Printer writes tables as text or as Markdown.
type Printer struct {
	W        io.Writer
	Markdown bool
}

// Heading writes a title.
func (p Printer) Heading(title string) {
	if p.Markdown {
		fmt.Fprintf(p.W, "\n### %s\n\n", title)
		return
	}
	fmt.Fprintf(p.W, "\n%s\n\n", title)
}

// Table writes rows; the first is the head.
func (p Printer) Table(rows [][]string) {
	if p.Markdown {
		for i, row := range rows {
			fmt.Fprintf(p.W, "| %s |\n", strings.Join(row, " | "))
			if i == 0 {
				fmt.Fprintf(p.W, "|%s\n", strings.Repeat("---|", len(row)))
			}
		}
		fmt.Fprintln(p.W)
		return
	}
	t := tabwriter.NewWriter(p.W, 0, 8, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush()
	fmt.Fprintln(p.W)
}

// Summary writes one line for each work and one column for each contender: the
// median, and in parentheses offing's relative to it.
func (p Printer) Summary(all []Result) {
	works, contenders := names(all)
	rows := [][]string{append([]string{"per operation (offing ÷ it)"}, contenders...)}
	for _, w := range works {
		row := []string{w}
		for _, c := range contenders {
			row = append(row, cell(all, w, c))
		}
		rows = append(rows, row)
	}
	p.Table(rows)
}

// names returns works and contenders in order of appearance, offing first.
func names(all []Result) (works, contenders []string) {
	contenders = []string{Offing}
	for _, r := range all {
		if !slices.Contains(works, r.Work) {
			works = append(works, r.Work)
		}
		if !slices.Contains(contenders, r.Contender) {
			contenders = append(contenders, r.Contender)
		}
	}
	return works, contenders
}

func cell(all []Result, work, contender string) string {
	for _, r := range all {
		switch {
		case r.Work != work || r.Contender != contender:
		case contender == Offing || r.Ratio.Median == 0:
			return duration(r.Ns.Median)
		default:
			return fmt.Sprintf("%s (%s)", duration(r.Ns.Median), ratio(r.Ratio.Median))
		}
	}
	return ""
}

// Details writes a line for each work and contender, with quartiles,
// allocations and targets.
func (p Printer) Details(all []Result) {
	wire := slices.ContainsFunc(all, func(r Result) bool { return r.Wire > 0 })
	head := []string{"work", "contender", "median", "quartiles", "offing ÷ it", "quartiles", "target", "CPU", "allocs", "B"}
	if wire {
		head = append(head, "encoded B")
	}
	rows := [][]string{head}
	last := ""
	for _, r := range all {
		row := r.row(r.Work == last)
		if last = r.Work; wire {
			row = append(row, quantity(r.Wire))
		}
		rows = append(rows, row)
	}
	p.Table(rows)
}

func (r *Result) row(same bool) []string {
	work, relative, spread := r.Work, "", ""
	cpu, allocs, bytes := duration(r.CPU), count(r.Allocs), quantity(r.Bytes)
	if same {
		work = ""
	}
	if r.Contender != Offing && r.Ratio.Median > 0 {
		relative, spread = ratio(r.Ratio.Median), ratio(r.Ratio.Low)+"-"+ratio(r.Ratio.High)
	}
	if r.Alien {
		cpu, allocs, bytes = "", "", ""
	} else if r.CPU == r.Ns.Median || r.CPU == 0 {
		cpu = ""
	}
	return []string{
		work, r.Contender, duration(r.Ns.Median), duration(r.Ns.Low) + " - " + duration(r.Ns.High),
		relative, spread, verdicts(r.Verdicts), cpu, allocs, bytes,
	}
}

func verdicts(all []Verdict) string {
	var texts []string
	for _, v := range all {
		texts = append(texts, v.String())
	}
	return strings.Join(texts, ", ")
}

// Facts writes figures that are no times.
func (p Printer) Facts(facts []Fact) {
	rows := [][]string{{"", "contender", "figure", "target"}}
	last := ""
	for _, f := range facts {
		work, target := f.Work, ""
		if work == last {
			work = ""
		}
		last = f.Work
		if f.Bound {
			target = Verdict{fmt.Sprintf("≤ %g", f.AtMost), f.Value <= f.AtMost}.String()
		}
		rows = append(rows, []string{work, f.Contender, quantity(f.Value) + " " + f.Unit, target})
	}
	p.Table(rows)
}

// About writes what is to be known of the contenders.
func (p Printer) About(g Group) {
	if len(g.About) == 0 {
		return
	}
	rows := [][]string{append([]string{"contender"}, g.Traits...)}
	for _, a := range g.About {
		rows = append(rows, append([]string{a.Contender}, a.Traits...))
	}
	p.Table(rows)
}
