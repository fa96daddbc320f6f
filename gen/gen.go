package gen

import (
	"errors"
	"path/filepath"
	"slices"
)

// A Config says what to generate.
type Config struct {
	// Dir is where patterns start from and what paths in diagnostics are
	// relative to; empty means the working directory.
	Dir string

	// Patterns are directories, or directories with /... for all packages
	// below. None means the directory itself.
	Patterns []string

	// Keep asks for a file without declarations in place of one that should
	// go. Go generate, for one, reads the files of a package while we run, and
	// fails if one of them is gone.
	Keep bool

	// Cache is a directory for notes that make the next call fast: what has not changed
	// since is not read again. Empty means that there are none. They have no influence on
	// what is generated, and may be removed at any time. With notes there are no
	// listings and no unions.
	Cache string
}

// A Result is what a run found. Current are the directories of packages of which a
// note in Config.Cache says that their files are as they should be; nothing else is
// said of them. A package with a diagnostic has no file in it, nor has one that lacks
// what such a package would be given: their old output stays. Listings are in the order
// of the source, packages in that of their directories; a task with a mistake has none,
// the others of its package have theirs.
type Result struct {
	Current     []string
	Files       []File
	Listings    []Listing
	Unions      []Union // free of mistakes, of packages that have tasks or errors
	Diagnostics []Diagnostic
}

// Generate reads the packages that c names and returns their generated files.
// It writes nothing. An error means that it could not work at all; what is
// wrong with annotated source is in the result's diagnostics.
func Generate(c Config) (*Result, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	dirs, err := expand(dir, c.Patterns)
	if err != nil {
		return nil, err
	}
	outs := outputs{text: map[string][]byte{}, made: map[string][]string{}}
	old := readNotes(c, dirs)
	current, stale := old.current(dirs)
	done := old.recalling(stale)
	defer done()
	for range maxRuns {
		outs.read = map[string][]byte{}
		run, err := newRun(dir, stale, outs, done, old)
		if err != nil {
			return nil, err
		}
		still, more := old.overtaken(current, run.made)
		if outs.current(run.made) && len(more) == 0 {
			old.write(run)
			return run.result(current), nil
		}
		current, stale = still, slices.Sorted(slices.Values(append(stale, more...)))
	}
	return nil, errors.New("generated packages depend on each other in a circle")
}

// maxRuns bounds the length of a chain of packages of which each has tasks with
// types that are generated for the next.
const maxRuns = 20
