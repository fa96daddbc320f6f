package gen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrPattern is the error of a pattern that names no directory.
var ErrPattern = errors.New("bad pattern")

// expand turns patterns into directories, in order and each once.
func expand(base string, patterns []string) ([]string, error) {
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	var dirs []string
	for _, pattern := range patterns {
		root, all := strings.CutSuffix(filepath.ToSlash(pattern), "...")
		root = filepath.FromSlash(root)
		if !filepath.IsAbs(root) {
			root = filepath.Join(base, root)
		}
		root = filepath.Clean(root)
		if found, err := os.Stat(root); err != nil || !found.IsDir() {
			return nil, fmt.Errorf("%w: %s is not a directory", ErrPattern, pattern)
		}
		if !all {
			dirs = append(dirs, root)
			continue
		}
		below, err := packagesBelow(root)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, below...)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs), nil
}

// packagesBelow returns the directories that the pattern /... stands for, as
// the go command sees it: without other modules.
func packagesBelow(root string) (dirs []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if path != root {
			if name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir
			}
		}
		dirs = append(dirs, path)
		return nil
	})
	return dirs, err
}
