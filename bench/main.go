// The command bench has the same work done by offing and by its peers, side by
// side, and prints tables:
//
//	go run . [-rounds N] [-markdown] [-json] [-cpu 1,2,4] [group...]
//
// The contenders take turns in short rounds, so a ratio is that of neighbours;
// figures of different runs cannot be compared.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/offing-go/offing/bench/codec"
	"github.com/offing-go/offing/bench/generator"
	"github.com/offing-go/offing/bench/internal/report"
	"github.com/offing-go/offing/bench/pool"
	"github.com/offing-go/offing/bench/process"
	"github.com/offing-go/offing/bench/process/contender"
)

var groups = []report.Group{codec.Group, pool.Group, process.Group, generator.Group}

var (
	numRounds = flag.Int("rounds", 21, "`number` of rounds")
	round     = flag.Duration("round", 20*time.Millisecond, "how long one contender's turn takes; ten times that for maps and long echoes in processes")
	markdown  = flag.Bool("markdown", false, "print Markdown")
	asJSON    = flag.Bool("json", false, "print JSON, one result a line")
	cpus      = flag.String("cpu", "", "GOMAXPROCS `list`, such as 1,2,4, for groups that depend on it")
	quick     = flag.Bool("quick", false, "little of everything: only to see that it runs")
	works     = flag.String("run", "", "only works that match the `regexp`")
	only      = flag.String("only", "", "only these contenders, separated by semicolons")
	profile   = flag.String("cpuprofile", "", "write a CPU profile to `file`, and those of the process group's programs to file-offing and so on; best with -run and -only")
	quiet     = flag.Bool("q", false, "do not say on standard error what is being measured")
)

func main() {
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(names []string) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	options, err := options()
	if err != nil {
		return err
	}
	procs, err := parseProcs(*cpus)
	if err != nil {
		return err
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		os.Setenv(contender.ProfileEnv, f.Name())
	}
	programs, err := build(chosen)
	if err != nil {
		return err
	}
	defer remove(chosen)
	p := report.Printer{W: os.Stdout, Markdown: *markdown}
	if !*asJSON {
		versions, err := report.Versions(programs...)
		if err != nil {
			return err
		}
		fmt.Printf("%s.\n\n%s.\n", report.Machine(), versions)
	}
	for _, g := range chosen {
		measure(g, procs, options, p)
	}
	return nil
}

// build makes what the groups need besides this program.
func build(chosen []report.Group) (programs []string, err error) {
	for _, g := range chosen {
		if g.Build == nil {
			continue
		}
		paths, err := g.Build()
		if err != nil {
			return nil, err
		}
		programs = append(programs, paths...)
	}
	return programs, nil
}

func remove(chosen []report.Group) {
	for _, g := range chosen {
		if g.Remove != nil {
			g.Remove()
		}
	}
}

// measure runs one group, once for each GOMAXPROCS if it depends on it.
func measure(g report.Group, procs []int, o report.Options, p report.Printer) {
	if !g.Procs {
		procs = []int{runtime.GOMAXPROCS(0)}
	}
	for i, n := range procs {
		before := runtime.GOMAXPROCS(n)
		results := report.Measure(g, o)
		var facts []report.Fact
		if g.Facts != nil && i == len(procs)-1 && *works == "" {
			facts = g.Facts(o.Quick)
		}
		runtime.GOMAXPROCS(before)
		if *asJSON {
			writeJSON(g, n, results, facts)
		} else {
			write(g, n, results, facts, p)
		}
	}
}

func write(g report.Group, procs int, results []report.Result, facts []report.Fact, p report.Printer) {
	title := g.Title
	if g.Procs {
		title += fmt.Sprintf(", GOMAXPROCS=%d", procs)
	}
	p.Heading(title)
	p.Summary(results)
	p.Details(results)
	if facts != nil {
		p.Facts(facts)
	}
	p.About(g)
}

func writeJSON(g report.Group, procs int, results []report.Result, facts []report.Fact) {
	out := json.NewEncoder(os.Stdout)
	for _, r := range results {
		r.Group, r.Procs = g.Name, procs
		out.Encode(r)
	}
	for _, f := range facts {
		out.Encode(f)
	}
}

func choose(names []string) ([]report.Group, error) {
	if len(names) == 0 {
		return groups, nil
	}
	var chosen []report.Group
	for _, name := range names {
		known := len(chosen)
		for _, g := range groups {
			if g.Name == name {
				chosen = append(chosen, g)
			}
		}
		if len(chosen) == known {
			return nil, fmt.Errorf("there is no group %q", name)
		}
	}
	return chosen, nil
}

func options() (o report.Options, err error) {
	o.Quick = *quick
	o.Rounds.Rounds, o.Rounds.Round = max(1, *numRounds), *round
	if *quick {
		o.Rounds.Rounds, o.Rounds.Round, o.Rounds.Limit = 2, time.Millisecond, 1000
	}
	if *works != "" {
		if o.Works, err = regexp.Compile(*works); err != nil {
			return o, err
		}
	}
	if *only != "" {
		o.Only = strings.Split(*only, ";")
	}
	began := time.Now()
	o.Note = func(work string) {
		if !*quiet && !*quick {
			fmt.Fprintf(os.Stderr, "%4.0fs  %s\n", time.Since(began).Seconds(), work)
		}
	}
	return o, nil
}

func parseProcs(list string) ([]int, error) {
	if list == "" {
		return []int{runtime.GOMAXPROCS(0)}, nil
	}
	var procs []int
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-cpu %s: %q is no number of processors", list, text)
		}
		procs = append(procs, n)
	}
	return procs, nil
}
