package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/offing-go/offing/gen"
)

// Editors save a file in several steps, which mostly come at once. A run waits
// until there was nothing for a while, but not for ever.
const (
	quiet   = 10 * time.Millisecond
	longest = 50 * time.Millisecond
)

// A watch is what generate -watch knows from one run to the next. It is used by
// one goroutine.
type watch struct {
	c       *command
	events  *fsnotify.Watcher
	dirs    map[string]bool   // those that are watched
	outputs map[string][]byte // what the generated files should be by now, by path
}

// watchUntil generates, and again whenever something has changed, until ctx ends.
func (c *command) watchUntil(ctx context.Context) int {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return c.failed(fmt.Errorf("cannot watch files: %w", err))
	}
	defer events.Close()
	w := &watch{c: c, events: events, dirs: map[string]bool{}, outputs: map[string][]byte{}}
	if err := w.cover(); err != nil {
		return c.failed(err)
	}
	c.say(fmt.Sprintf("watching %s; interrupt to end", count(len(w.dirs), "directory", "directories")), nil)
	for w.generate(time.Now()); ; {
		since, ok := w.changed(ctx)
		if !ok {
			return fine
		}
		w.settle(ctx)
		w.generate(since)
	}
}

// cover sees to it that all directories are watched. One that comes while its
// parent is not watched yet gives no event, so it looks until there is no new one.
func (w *watch) cover() error {
	for {
		list, err := gen.Watched(w.c.config())
		if err != nil {
			return err
		}
		fresh := false
		for _, dir := range list {
			if w.dirs[dir] {
				continue
			}
			if err := w.events.Add(dir); err == nil {
				w.dirs[dir], fresh = true, true
			} else if !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("cannot watch %s: %w", dir, err)
			}
		}
		if !fresh {
			return nil
		}
	}
}

// changed waits for something that may change what is generated, and returns
// when it was. It is not ok if ctx has ended.
func (w *watch) changed(ctx context.Context) (since time.Time, ok bool) {
	for {
		select {
		case <-ctx.Done():
			return since, false
		case event := <-w.events.Events:
			if w.matters(event) {
				return time.Now(), true
			}
		case err := <-w.events.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) { // which is that some are lost
				w.c.failed(err)
			}
			w.rewatch()
			return time.Now(), true
		}
	}
}

// settle takes the events that follow closely.
func (w *watch) settle(ctx context.Context) {
	calm, end := time.NewTimer(quiet), time.NewTimer(longest)
	defer calm.Stop()
	defer end.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-w.events.Events:
			if w.matters(event) {
				calm.Reset(quiet)
			}
		case <-calm.C:
			return
		case <-end.C:
			return
		}
	}
}

// matters reports whether an event may change what is generated.
func (w *watch) matters(event fsnotify.Event) bool {
	name := filepath.Base(event.Name)
	switch {
	case event.Op == fsnotify.Chmod:
		return false
	case w.dirs[event.Name] && event.Has(fsnotify.Remove|fsnotify.Rename):
		w.forget(event.Name)
		return true
	case isDir(event.Name):
		if w.dirs[event.Name] {
			return false // something happened in it, which has an event of its own
		}
		w.rewatch()
		return w.dirs[event.Name]
	case name == "go.mod" || name == "go.work":
		return true
	case !strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, "."):
		return false
	}
	expected, ours := w.outputs[event.Name]
	return !ours || !holds(event.Name, expected)
}

// forget stops to watch a directory that is gone, and all below: if it has moved,
// the system watches them still, by names that are no longer theirs.
func (w *watch) forget(dir string) {
	for name := range w.dirs {
		if name == dir || strings.HasPrefix(name, dir+string(filepath.Separator)) {
			delete(w.dirs, name)
			w.events.Remove(name) // fails if it is gone
		}
	}
}

// holds reports whether a file has a text; nil is that there is none.
func holds(name string, text []byte) bool {
	found, err := os.ReadFile(name)
	return (err == nil) == (text != nil) && bytes.Equal(found, text)
}

// rewatch watches what there is now, as far as that goes: that a directory is
// missing is reported by the run that follows.
func (w *watch) rewatch() {
	if err := w.cover(); err != nil && !errors.Is(err, gen.ErrPattern) {
		w.c.failed(err)
	}
}

// A summary is what one run of a watch came to.
type summary struct {
	Problems     int     `json:"problems"`
	Written      int     `json:"written"`
	Milliseconds float64 `json:"milliseconds"`
}

// generate does one run, for something that happened at a time.
func (w *watch) generate(since time.Time) {
	config := w.c.config()
	config.Cache = w.c.cache()
	res, err := gen.Generate(config)
	if err != nil {
		w.c.failed(err)
		return
	}
	w.c.report(res.Diagnostics)
	for _, f := range res.Files {
		w.outputs[f.Path] = f.New
	}
	s := summary{Problems: len(res.Diagnostics)}
	s.Written, _ = w.c.write(res.Files)
	s.Milliseconds = float64(time.Since(since).Microseconds()) / 1000
	done := "written"
	if w.c.dry {
		done = "to be written"
	}
	w.c.say(fmt.Sprintf("%s, %s %s, %.0f ms", count(s.Problems, "problem", "problems"), count(s.Written, "file", "files"), done, s.Milliseconds), s)
}

// say prints a line about the watch itself; of those that are nothing to a
// program the object is nil.
func (c *command) say(line string, of any) {
	switch {
	case !c.json:
		fmt.Fprintln(c.stderr, "offing:", line)
	case of != nil:
		object(c.stderr, of)
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
