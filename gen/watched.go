package gen

import (
	"path/filepath"
	"slices"
)

// Watched returns the directories whose Go files decide what Generate makes of
// c: those of the packages, and all others of their modules, as the types of
// tasks may be in any. A directory that there is not yet decides as well, so it
// is asked again when one has come or gone.
func Watched(c Config) ([]string, error) {
	base, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	dirs, err := expand(base, c.Patterns)
	if err != nil {
		return nil, err
	}
	var modules []string
	for _, dir := range dirs {
		root, err := findModule(dir)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(modules, root) {
			modules = append(modules, root)
		}
	}
	for _, root := range modules {
		below, err := packagesBelow(root)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, below...)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs), nil
}
