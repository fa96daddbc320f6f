package vet

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/offing-go/offing/gen"
)

var update = flag.Bool("update", false, "write what fixtures should expect")

// TestClean holds that nothing is found in programs as people write them, nor in our
// examples.
func TestClean(t *testing.T) {
	t.Parallel()
	dir := newModule(t)
	if names := unpack(t, dir, "clean"); len(names) < 20 {
		t.Errorf("there are only %d programs", len(names))
	}
	for _, c := range []Config{
		{Dir: dir, Patterns: []string{"./..."}},
		{Dir: "../..", Patterns: []string{"./examples/..."}},
	} {
		found, err := Run(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Error(f)
		}
	}
}

// TestRun runs on packages that are not as they should be: what is found is in their
// files "want", after the patterns that their comments begin with.
func TestRun(t *testing.T) {
	archives, err := filepath.Glob("testdata/run/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("there are no fixtures (%v)", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := newModule(t)
			for _, f := range archive.Files {
				writeFile(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
			}
			patterns, _, _ := strings.Cut(string(archive.Comment), "\n")
			found, err := Run(Config{Dir: dir, Patterns: strings.Fields(patterns)})
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, f := range found {
				if f.Code != "" { // the words are the generator's, and tested there
					f.Message = "[" + string(f.Code) + "]"
				}
				fmt.Fprintln(&got, filepath.ToSlash(f.String()))
			}
			compare(t, name, archive, got.String())
		})
	}
}

// compare holds that the file "want" of an archive is as it should be.
func compare(t *testing.T, name string, archive *txtar.Archive, got string) {
	t.Helper()
	last := &archive.Files[len(archive.Files)-1]
	if last.Name != "want" {
		t.Fatal("the last file is not want")
	}
	if *update && !bytes.Equal(last.Data, []byte(got)) {
		last.Data = []byte(got)
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if string(last.Data) != got {
		t.Errorf("got\n%s\nwant\n%s", got, last.Data)
	}
}

// TestBadPattern holds that patterns are those of the generator.
func TestBadPattern(t *testing.T) {
	if _, err := Run(Config{Dir: newModule(t), Patterns: []string{"./nowhere"}}); !errors.Is(err, gen.ErrPattern) {
		t.Errorf("got %v", err)
	}
}
