package vet

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/txtar"

	"github.com/offing-go/offing/gen"
)

// newModule makes a module that has this one at hand.
func newModule(t *testing.T) (dir string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir, err = filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/p\n\ngo 1.26.0\n\n"+
		"require github.com/offing-go/offing v0.0.0\n\n"+
		"replace github.com/offing-go/offing => "+filepath.ToSlash(root)+"\n")
	return dir
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unpack writes the archives of a directory of testdata into a module, each into a
// directory of its own, and generates for those whose comment does not say "as is".
func unpack(t *testing.T, dir, of string) (names []string) {
	t.Helper()
	archives, err := filepath.Glob(filepath.Join("testdata", of, "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("there are no fixtures for %s (%v)", of, err)
	}
	var patterns []string
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		name = strings.TrimSuffix(filepath.Base(name), ".txtar")
		names = append(names, name)
		for _, f := range a.Files {
			text := bytes.ReplaceAll(f.Data, []byte("example.com/p"), []byte("example.com/p/"+name))
			writeFile(t, filepath.Join(dir, name, filepath.FromSlash(f.Name)), string(text))
		}
		if !strings.Contains(string(a.Comment), "as is") {
			patterns = append(patterns, "./"+name+"/...")
		}
	}
	if patterns != nil {
		generate(t, gen.Config{Dir: dir, Patterns: patterns})
	}
	return names
}

// generate writes generated files.
func generate(t *testing.T, c gen.Config) {
	t.Helper()
	res, err := gen.Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Files {
		if err := f.Write(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnalyzers runs each analyzer on its fixtures: what it finds is in their
// comments, what its fixes make of a file in one with the ending .golden.
func TestAnalyzers(t *testing.T) {
	for _, a := range Analyzers() {
		t.Run(a.Name, func(t *testing.T) {
			t.Parallel()
			dir := newModule(t)
			unpack(t, dir, a.Name)
			analysistest.RunWithSuggestedFixes(t, dir, a, "./...")
		})
	}
}

// TestValid holds that the analyzers are what drivers accept, and in order.
func TestValid(t *testing.T) {
	list := Analyzers()
	if err := analysis.Validate(list); err != nil {
		t.Error(err)
	}
	for i, a := range list[1:] {
		if list[i].Name >= a.Name {
			t.Errorf("%s comes after %s", list[i].Name, a.Name)
		}
		if !strings.HasSuffix(a.URL, "/gen/vet#"+exported(t, a)) {
			t.Errorf("%s has the URL %s", a.Name, a.URL)
		}
	}
}

// exported returns the name of the variable that an analyzer is.
func exported(t *testing.T, a *analysis.Analyzer) string {
	t.Helper()
	text, err := os.ReadFile(a.Name + ".go")
	if err != nil {
		t.Fatalf("an analyzer is in the file of its name: %v", err)
	}
	_, rest, _ := strings.Cut(string(text), "\nvar ")
	name, _, _ := strings.Cut(rest, " = &analysis.Analyzer{")
	return name
}
