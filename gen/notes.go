package gen

import (
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
)

// notes are those of the packages of one call of Generate, in the directory that
// Config.Cache names; the zero value has none.
type notes struct {
	dir         string
	program     string
	environment string
	keep        bool
	disk        disk
	list        map[string]*note // by directory of the package

	texts map[string][]byte // old output that was read already, by path
}

// readNotes reads the notes on packages that were written by this program.
func readNotes(c Config, dirs []string) *notes {
	n := &notes{dir: c.Cache, keep: c.Keep, disk: disk{}, list: map[string]*note{}, texts: map[string][]byte{}}
	if n.dir != "" {
		n.program, n.environment = self(), environment()
	}
	if n.program == "" {
		n.dir = ""
		return n
	}
	for _, dir := range dirs {
		text, err := os.ReadFile(n.path(dir))
		if err != nil {
			continue
		}
		if note, err := decodeNote(text); err == nil && note.Program == n.program {
			n.list[dir] = note
		}
	}
	return n
}

// path returns where the note on a package is.
func (n *notes) path(dir string) string {
	id := digestOf([]byte(dir + "\n" + strconv.FormatBool(n.keep) + "\n" + n.environment))
	return filepath.Join(n.dir, hex.EncodeToString(id[:]))
}

// current parts the packages whose output is as it should be from those that are to
// be generated.
func (n *notes) current(dirs []string) (current, stale []string) {
	for _, dir := range dirs {
		note := n.list[dir]
		if note != nil && n.disk.current(note.Sources) && n.disk.current(note.GoInputs) && note.written(dir) {
			current = append(current, dir)
		} else {
			stale = append(stale, dir)
		}
	}
	return current, stale
}

// overtaken parts the packages that were current and still are from those that use
// what is generated for another package, where that has changed.
func (n *notes) overtaken(current []string, files []File) (still, stale []string) {
	if len(current) == 0 {
		return nil, nil
	}
	will := map[string]digest{}
	for _, f := range files {
		will[f.Path] = digest{}
		if text := f.after(); text != nil {
			will[f.Path] = digestOf(text)
		}
	}
	for _, dir := range current {
		changed := slices.ContainsFunc(n.list[dir].Sources, func(in input) bool {
			now, ok := will[in.Path]
			return ok && now != in.Was
		})
		if changed {
			stale = append(stale, dir)
		} else {
			still = append(still, dir)
		}
	}
	return still, stale
}

// recalling is recall while the caller does something else: what it returns waits for
// the end of it. It must be called.
func (n *notes) recalling(dirs []string) func() rendered {
	var to rendered
	var wg sync.WaitGroup
	wg.Go(func() { to = n.recall(dirs) })
	return func() rendered {
		wg.Wait()
		return to
	}
}

// recall returns the parts of the packages' old output.
func (n *notes) recall(dirs []string) rendered {
	to := rendered{}
	for _, dir := range dirs {
		if note := n.list[dir]; note != nil {
			note.recall(dir, to, n.texts)
		}
	}
	return to
}

// exports tells a session what the go command has answered before, as far as that is
// what it would answer now.
func (n *notes) exports(s *session, dir string) {
	note := n.list[dir]
	if note != nil && len(note.Exports) > 0 && n.disk.current(note.GoInputs) {
		maps.Copy(s.exports.known, note.Exports)
		s.exports.inputs = append(s.exports.inputs, note.GoInputs...)
	}
}

// goInputs are those of the go command in a module, if there are to be notes on it.
func (n *notes) goInputs(root string) (list []input, ok bool) {
	if n.dir == "" {
		return nil, false
	}
	return goInputs(root)
}

// write notes what a run has made of packages that nothing is wrong with. That it fails
// is no failure of the run.
func (n *notes) write(r *run) {
	if n.dir == "" || os.MkdirAll(n.dir, 0o777) != nil {
		return
	}
	n.trim()
	made := map[string]*note{}
	for _, p := range r.packages {
		dir := p.src.dir
		if r.broken[dir] || p.s.exports.unstable {
			continue
		}
		if made[dir] == nil {
			made[dir] = &note{Program: n.program, GoInputs: distinct(p.s.exports.inputs), Exports: p.s.exports.used()}
		}
		made[dir].Sources = distinct(append(made[dir].Sources, p.s.inputsOf(p.src)...))
	}
	for _, f := range r.files {
		if note := made[filepath.Dir(f.Path)]; note != nil && f.after() != nil {
			note.Files = append(note.Files, f.noted())
		}
	}
	for dir, note := range made {
		if text, err := note.encode(); err == nil {
			os.WriteFile(n.path(dir), text, 0o666) // half of it is none, by its digest
		}
	}
}

// Notes that nobody has written anew for so long are mostly on packages that are gone.
// Once a day is often enough to look for them.
const (
	day    = 24 * time.Hour
	maxAge = 30 * day
)

// trim removes old notes.
func (n *notes) trim() {
	mark := filepath.Join(n.dir, "trimmed")
	if found, err := os.Stat(mark); err == nil && time.Since(found.ModTime()) < day {
		return
	}
	entries, err := os.ReadDir(n.dir)
	if err != nil || os.WriteFile(mark, nil, 0o666) != nil {
		return
	}
	for _, e := range entries {
		found, err := e.Info()
		if err == nil && isNote(e.Name()) && time.Since(found.ModTime()) > maxAge {
			os.Remove(filepath.Join(n.dir, e.Name()))
		}
	}
}

// isNote reports whether a file is called like a note: the directory may be one in which
// somebody has files of other kinds, 2024 say, or beef.
func isNote(name string) bool {
	id, err := hex.DecodeString(name)
	return err == nil && len(id) == len(digest{})
}

// distinct returns inputs, each once.
func distinct(list []input) (rest []input) {
	seen := map[input]bool{}
	for _, in := range list {
		if !seen[in] {
			seen[in] = true
			rest = append(rest, in)
		}
	}
	return rest
}
