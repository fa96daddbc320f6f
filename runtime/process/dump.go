package process

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/offing-go/offing/runtime/internal/frame"
)

// Bounds of what a directory of saved calls holds: a loop over bad inputs must
// not fill a disk.
const (
	maxSaved      = 100
	maxSavedBytes = 1 << 30
)

// savingPrefix begins the name of a file that is not whole yet. One that stays,
// as its process was killed meanwhile, counts like the others.
const savingPrefix = ".saving-"

var errDumpFull = errors.New("the directory holds " + strconv.Itoa(maxSaved) + " calls, or " +
	strconv.Itoa(maxSavedBytes) + " bytes, already")

// makeDump makes the directory, and its name one that a change of the working
// directory does not touch.
func (c *Config) makeDump() error {
	if c.Dump == "" {
		return nil
	}
	dir, err := filepath.Abs(c.Dump)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return fmt.Errorf("%s: Dump: %w", c.title(), err)
	}
	c.Dump = dir
	return nil
}

// kept returns a copy of the arguments in frame b, if they may have to be saved. They
// are not encoded again for that: once the future is settled, the memory that they
// came from is the user's to change.
func (p *Pool) kept(b []byte) []byte {
	if p.config.Dump == "" {
		return nil
	}
	return slices.Clone(b[frame.HeaderSize:])
}

// autopsy reports a call whose worker died while it ran. An error of the call
// says so itself, unless the future was settled before: a call that was killed
// for time has its stacks in the log and in the saved file alone, as a settled
// future never changes (G2).
func (p *Pool) autopsy(c *entry, exit *ExitError, cause error) {
	if p.killed() {
		return // with the pool
	}
	late := c.record.Settled()
	if late {
		cause = exit // it did not crash: it was made an end of
	}
	exit.Saved = p.save(c, cause.Error(), exit.Stacks)
	if late {
		p.report(slog.LevelWarn, "offing: worker process died after its call was ended",
			slog.Int("worker", exit.PID), slog.String("task", c.record.Task().Name), slog.Any("error", exit), slog.String("stacks", theirs(exit.Stacks)))
	}
}

// save saves c, if calls are to be saved, and returns the file.
func (p *Pool) save(c *entry, cause, stacks string) (path string) {
	if p.config.Dump == "" {
		return ""
	}
	s := &savedCall{
		task: c.record.Task().Name, shape: c.record.Task().Shape,
		item: -1, cause: cause, stacks: stacks, args: c.args,
	}
	if c.batch() {
		s.item = c.delivered()
	}
	path, err := s.write(p.config.Dump)
	if err != nil {
		p.report(slog.LevelWarn, "offing: call not saved", slog.String("task", s.task), slog.Any("error", err))
		return ""
	}
	p.report(slog.LevelInfo, "offing: call saved", slog.String("task", s.task), slog.String("file", path))
	return path
}

// write writes the file, whole or not at all, unless dir is full. os.CreateTemp
// lets nobody but the owner read it.
func (s *savedCall) write(dir string) (path string, err error) {
	path = filepath.Join(dir, s.file())
	if err := checkRoom(dir, path, s.size()); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, savingPrefix+"*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(s.content())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return path, nil
}

// checkRoom returns an error if a file of n bytes is too much for dir. One of
// the same name is replaced.
func checkRoom(dir, path string, n int) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	files, bytes := 1, int64(n)
	for _, e := range entries {
		name := e.Name()
		ours := strings.HasSuffix(name, savedSuffix) || strings.HasPrefix(name, savingPrefix)
		if !ours || name == filepath.Base(path) {
			continue
		}
		if about, err := e.Info(); err == nil {
			files++
			bytes += about.Size()
		}
	}
	if files > maxSaved || bytes > maxSavedBytes {
		return errDumpFull
	}
	return nil
}
