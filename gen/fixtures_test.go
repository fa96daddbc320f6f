package gen

import (
	"bytes"
	"flag"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what fixtures should expect")

// unpack writes the files of a fixture into a new module.
func unpack(t *testing.T, archive *txtar.Archive) (dir string) {
	t.Helper()
	dir = t.TempDir()
	write := func(name string, text []byte) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", []byte("module example.com/p\n\ngo 1.26.0\n"))
	for _, f := range archive.Files {
		write(f.Name, f.Data)
	}
	return dir
}

func fixtures(t *testing.T, pattern string, test func(t *testing.T, archive *txtar.Archive)) {
	names, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures match %s (%v)", pattern, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			before := txtar.Format(archive)
			test(t, archive)
			if after := txtar.Format(archive); *update && !bytes.Equal(before, after) {
				if err := os.WriteFile(name, after, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// set replaces a file of an archive, or adds it.
func set(archive *txtar.Archive, name string, text []byte) {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			archive.Files[i].Data = text
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: name, Data: text})
}

// get returns a file of an archive.
func get(archive *txtar.Archive, name string) []byte {
	for _, f := range archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// TestErrors runs one small package per mistake: all diagnostics are in its
// file "want".
func TestErrors(t *testing.T) {
	fixtures(t, "testdata/errors/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		dir := unpack(t, archive)
		res, err := Generate(Config{Dir: dir, Patterns: []string{"./..."}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range res.Files {
			for _, d := range res.Diagnostics {
				if filepath.Dir(f.Name) == filepath.Dir(d.Pos.Filename) {
					t.Errorf("%s was generated in spite of the mistake", f.Name)
				}
			}
		}
		got := said(res)
		if *update {
			set(archive, "want", []byte(got))
		}
		if want := string(get(archive, "want")); got != want || want == "" {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// TestMessagesSayWhatToDo holds that no message only complains.
func TestMessagesSayWhatToDo(t *testing.T) {
	fixtures(t, "testdata/errors/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		for line := range strings.Lines(string(get(archive, "want"))) {
			if !slices.ContainsFunc([]string{"; ", "did you mean", ": write ", "must be ", "belongs in ", ": put "}, func(advice string) bool {
				return strings.Contains(line, advice)
			}) {
				t.Errorf("what to do about it? %s", line)
			}
		}
	})
}

// said returns the diagnostics of a result as the command prints them.
func said(res *Result) string {
	var out strings.Builder
	for _, d := range res.Diagnostics {
		out.WriteString(d.String() + "\n")
	}
	return out.String()
}

// TestOK runs packages that are fine: their output is in their files
// offing_gen.go. The test of the same files at the root of the module compiles
// them.
func TestOK(t *testing.T) {
	fixtures(t, "testdata/ok/*.txtar", func(t *testing.T, archive *txtar.Archive) {
		dir := unpack(t, archive)
		res, err := Generate(Config{Dir: dir, Patterns: []string{"./..."}})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range res.Diagnostics {
			t.Error(d)
		}
		for _, f := range res.Files {
			name := filepath.ToSlash(f.Name)
			formatted, err := format.Source(f.New)
			if err != nil || !bytes.Equal(formatted, f.New) {
				t.Errorf("%s is not as gofmt has it (%v)", name, err)
			}
			if *update {
				set(archive, name, f.New)
			}
			if want := get(archive, name); !bytes.Equal(f.New, want) {
				t.Errorf("%s has changed; run the tests with -update and look at the diff:\n%s", name,
					File{Name: name, Old: want, New: f.New}.Diff())
			}
		}
	})
}
