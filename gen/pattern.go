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
		if problem := unfitRoot(base, root, all); problem != "" {
			return nil, fmt.Errorf("%w: %s: %s", ErrPattern, pattern, problem)
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

// unfitRoot returns why nothing can be generated in or, for all packages, below
// a directory.
func unfitRoot(base, root string, all bool) string {
	found, err := os.Stat(root)
	switch {
	case err == nil && !found.IsDir():
		return "this is a file; give its directory: " + patternOf(base, filepath.Dir(root), false)
	case err != nil:
		return missingRoot(base, root, all)
	}
	if _, err := findModule(root); err == nil {
		return ""
	}
	const problem = "there is no go.mod in this directory or above"
	if modules := modulesBelow(base, root); len(modules) > 0 {
		return problem + "; name the modules: " + strings.Join(modules, " ")
	}
	return problem + "; run \"go mod init\", or name the directory of a module"
}

// missingRoot answers a pattern that names no directory but may be an import
// path.
func missingRoot(base, root string, all bool) string {
	const problem = "not a directory"
	path, err := filepath.Rel(base, root)
	if err != nil {
		return problem
	}
	module, err := findModule(base)
	if err != nil {
		return problem
	}
	name, err := modulePath(module)
	if err != nil {
		return problem
	}
	rel, ok := strings.CutPrefix(filepath.ToSlash(path), name)
	if ok && (rel == "" || rel[0] == '/') {
		return "patterns are directories: write " + patternOf(base, filepath.Join(module, filepath.FromSlash(rel)), all)
	}
	if strings.HasSuffix(path, ".go") {
		return problem
	}
	if first, _, _ := strings.Cut(filepath.ToSlash(path), "/"); strings.Contains(strings.Trim(first, "."), ".") {
		return "not a directory; patterns are directories, not import paths"
	}
	return problem
}

// patternOf returns how a user writes a directory.
func patternOf(base, dir string, all bool) string {
	name := filepath.ToSlash(relative(base, dir))
	if name != "." && !strings.HasPrefix(name, "../") && name != ".." && !filepath.IsAbs(name) {
		name = "./" + name
	}
	if all {
		name += "/..."
	}
	return name
}

// maxModules is how many modules a message names.
const maxModules = 3

// modulesBelow returns patterns for modules that are below a directory.
func modulesBelow(base, root string) (list []string) {
	filepath.WalkDir(through(root), func(path string, d fs.DirEntry, err error) error {
		path = filepath.Clean(path)
		switch {
		case err != nil || !d.IsDir():
			return nil
		case len(list) == maxModules:
			return filepath.SkipAll
		case path != root && ignored(d.Name()):
			return filepath.SkipDir
		}
		if isModule(path) {
			list = append(list, patternOf(base, path, true))
			return filepath.SkipDir
		}
		return nil
	})
	return list
}

// ignored reports whether patterns pass over directories of that name.
func ignored(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// isModule reports whether a directory is the root of a module.
func isModule(dir string) bool {
	found, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && !found.IsDir()
}

// packagesBelow returns the directories that the pattern /... stands for, as
// the go command sees it: without other modules.
func packagesBelow(root string) (dirs []string, err error) {
	err = filepath.WalkDir(through(root), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path = filepath.Clean(path); path != root && (ignored(d.Name()) || isModule(path)) {
			return filepath.SkipDir
		}
		dirs = append(dirs, path)
		return nil
	})
	return dirs, err
}

// through returns a directory such that a walk enters it, where it is a symbolic
// link as well.
func through(root string) string { return root + string(filepath.Separator) }
