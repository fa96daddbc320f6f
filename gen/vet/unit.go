package vet

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/offing-go/offing/gen"
)

// IsUnit reports whether arguments of a command are those that "go vet -vettool"
// and "go fix -fixtool" give to a tool.
func IsUnit(args []string) bool {
	if len(args) == 0 {
		return false
	}
	flags, last := args[:len(args)-1], args[len(args)-1]
	if slices.ContainsFunc(flags, func(arg string) bool { return !strings.HasPrefix(arg, "-") }) {
		return false
	}
	return strings.HasSuffix(last, ".cfg") || len(flags) == 0 && (last == "-V=full" || last == "-flags")
}

// Unit does the part of such a tool, with the arguments of the process: it describes
// itself, or analyzes the one package of a configuration file. It does not return.
//
// A package whose generated file is missing does not compile, as a rule, and the
// driver has nothing to say but that. So that is looked at first.
func Unit() {
	if text := missing(os.Args[len(os.Args)-1]); text != "" {
		fmt.Fprintln(os.Stderr, text)
		os.Exit(1)
	}
	unitchecker.Main(Analyzers()...)
}

// missing returns the finding that the package of a configuration has no generated
// file, or "".
func missing(config string) string {
	var unit struct {
		GoFiles  []string
		VetxOnly bool
	}
	text, err := os.ReadFile(config)
	if err != nil || json.Unmarshal(text, &unit) != nil || unit.VetxOnly || len(unit.GoFiles) == 0 {
		return "" // for the driver to report
	}
	dir := filepath.Dir(unit.GoFiles[0])
	res, err := gen.Generate(gen.Config{Dir: dir})
	if err != nil {
		return ""
	}
	tests := slices.ContainsFunc(unit.GoFiles, isTest)
	for _, f := range res.Files {
		if f.Old != nil || isTest(f.Path) && !tests {
			continue
		}
		if at, known := positionOf(f, res.Listings, dir); known {
			return fmt.Sprintf("%s: %s", at, staleness(f))
		}
	}
	return ""
}
