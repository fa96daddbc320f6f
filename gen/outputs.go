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
// earlier run of the same call made it. Runs are repeated until nobody has seen
// anything old.
type outputs struct {
	text map[string][]byte // what the last run made, by path; nil: to be removed
	read map[string][]byte // what this run has read, by path; nil: not there
}

// file returns the text of an output that a package imports, nil if there is
// none.
func (o outputs) file(path string) []byte {
	text, ok := o.text[path]
	if !ok {
		text, _ = os.ReadFile(path)
	}
	o.read[path] = text
	return text
}

// current notes what a run has made and reports whether the run has read just
// that.
func (o outputs) current(files []File) bool {
	ok := true
	for _, f := range files {
		o.text[f.Path] = f.New
		if read, has := o.read[f.Path]; has && !bytes.Equal(read, f.New) {
			ok = false
		}
	}
	return ok
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
