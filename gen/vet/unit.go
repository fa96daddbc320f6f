package vet

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
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
// Of a package that calls what is not generated yet the driver has nothing to say but
// that it does not compile. So that is looked at first.
func Unit() {
	if text := missing(os.Args[len(os.Args)-1]); text != "" {
		fmt.Fprintln(os.Stderr, text)
		os.Exit(1)
	}
	unitchecker.Main(Analyzers()...)
}

// missing returns the finding that the package of a configuration has no generated
// file, and uses what would be in it; else "".
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
		if f.Old != nil || isTest(f.Path) && !tests || !use(unit.GoFiles, declaredIn(f.New)) {
			continue
		}
		if at, known := positionOf(f, res.Listings, dir); known {
			return fmt.Sprintf("%s: %s", at, staleness(f))
		}
	}
	return ""
}

// declaredIn returns the names that a file declares.
func declaredIn(text []byte) map[string]bool {
	names := map[string]bool{}
	if file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution); err == nil {
		gen.EachDecl(file, func(id *ast.Ident, _ ast.Node) { names[id.Name] = true })
		delete(names, "_") // of the guards, which everybody may use
	}
	return names
}

// use reports whether files have one of some names in them, other than behind a dot.
func use(files []string, names map[string]bool) (found bool) {
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return false // for the driver to report
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				found = found || names[n.Name]
			case *ast.SelectorExpr:
				ast.Inspect(n.X, func(n ast.Node) bool {
					id, ok := n.(*ast.Ident)
					found = found || ok && names[id.Name]
					return !found
				})
				return false
			}
			return !found
		})
	}
	return found
}
