package gen

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/offing-go/offing/templates"
)

// outputs is how packages of one call of Generate see what is generated for
// each other: not as it is on disk, where it may be old or missing, but as an
// earlier run of the same call made it, even where it is withheld as there is a mistake
// elsewhere in the directory. Runs are repeated until nobody has seen anything old.
type outputs struct {
	text map[string][]byte   // what the last run made, by path; nil: to be removed
	made map[string][]string // the names of these, by directory
	read map[string][]byte   // what this run has read, by path; nil: not there
}

// in returns the outputs in dir that a package which imports that in dir sees, and says
// what it has read. Those of its tests are among them: external tests see them too.
func (o outputs) in(dir string) (files []goFile, read []input) {
	names := append([]string{OutputName, TestOutputName}, o.made[dir]...)
	if old, err := outputsIn(dir); err == nil {
		names = append(names, old...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		path := filepath.Join(dir, name)
		text, ok := o.text[path]
		if !ok {
			text, _ = os.ReadFile(path)
		}
		if len(text) == 0 {
			text = nil // what is empty is as good as missing
		}
		if isExternal(name, text) {
			continue
		}
		seen := input{Kind: content, Path: path}
		if o.read[path] = text; text != nil {
			seen.Was = digestOf(text)
			files = append(files, goFile{name, text})
		}
		read = append(read, seen)
	}
	return files, read
}

// current notes what a run has made and reports whether the run has read just
// that.
func (o outputs) current(made []File) bool {
	ok := true
	for _, f := range made {
		dir, name := filepath.Dir(f.Path), filepath.Base(f.Path)
		if _, again := o.text[f.Path]; !again {
			o.made[dir] = append(o.made[dir], name)
		}
		o.text[f.Path] = f.New
		_, asked := o.read[filepath.Join(dir, OutputName)]
		if asked && !isExternal(name, f.New) && !bytes.Equal(o.read[f.Path], f.New) {
			ok = false
		}
	}
	return ok
}

// isExternal reports whether an output is for the tests that are a package of their own,
// which nobody imports.
func isExternal(name string, text []byte) bool {
	if name == OutputName || name == TestOutputName || name == ExternalTestOutputName {
		return name == ExternalTestOutputName
	}
	for line := range bytes.Lines(text) {
		if clause, ok := bytes.CutPrefix(line, []byte("package ")); ok {
			return bytes.HasSuffix(bytes.TrimSpace(clause), []byte("_test"))
		}
	}
	return false
}

// isOurs reports whether the text of a file with an output's name was written
// by us, or is nothing that anybody would miss. A merge may have put its marks
// around our header.
func isOurs(text []byte) bool {
	for line := range bytes.Lines(text) {
		switch line = bytes.TrimSpace(line); {
		case string(line) == templates.Header:
			return true
		case bytes.HasPrefix(line, []byte("package ")):
			return false
		}
	}
	return len(bytes.TrimSpace(text)) == 0
}

// isOutput reports whether a file name may be that of generated files: what these
// declare is never taken for the user's.
func isOutput(name string) bool {
	base := strings.TrimSuffix(OutputName, ".go")
	return name == OutputName || strings.HasPrefix(name, base+"_") && strings.HasSuffix(name, ".go")
}

// isOutputIn reports whether a file is a generated one. Of those whose name depends on
// a constraint, a file of the user's may have one by chance.
func isOutputIn(dir, name string) bool {
	if !isOutput(name) || slices.Contains([]string{OutputName, TestOutputName, ExternalTestOutputName}, name) {
		return isOutput(name)
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	return err == nil && isOurs(text)
}

// outputsIn returns the names of the generated files in a directory.
func outputsIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !e.IsDir() && isOutputIn(dir, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, err
}
