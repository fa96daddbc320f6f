package gen

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
)

// environment returns the settings that what we generate may depend on, beside what
// is on disk.
func environment() string {
	list := slices.DeleteFunc(os.Environ(), func(setting string) bool {
		name, _, _ := strings.Cut(setting, "=")
		ofGenerate := slices.Contains([]string{"GOFILE", "GOLINE", "GOPACKAGE"}, name)
		return ofGenerate || !strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "CGO_") &&
			!strings.HasPrefix(name, "PKG_CONFIG") && !slices.Contains([]string{"CC", "CXX", "FC", "AR"}, name)
	})
	slices.Sort(list)
	return strings.Join(append(list, goSettings(), goProgram()), "\n")
}

// goSettings returns where "go env -w" writes, or "".
func goSettings() string {
	if set := os.Getenv("GOENV"); set != "" {
		return set
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "go", "env")
}

// goProgram returns where the go command is, or "".
func goProgram() string {
	program, err := exec.LookPath("go")
	if err != nil {
		return ""
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return ""
	}
	return program
}

// goInputs returns what the go command's answers in a module depend on, beside the
// packages: module and workspace files, its settings, and itself. It is false where
// that cannot be told, as of a script in its place that chooses one of several.
func goInputs(root string) (list []input, ok bool) {
	file := func(elem ...string) {
		list = append(list, inputNow(content, filepath.Join(elem...)))
	}
	ok = !redirected(os.Getenv("GOFLAGS"))
	for _, path := range moduleFiles(root) {
		file(path)
		file(filepath.Dir(path), "vendor", "modules.txt")
		file(strings.TrimSuffix(path, ".mod") + ".sum") // go.sum, go.work.sum
	}
	if settings := goSettings(); settings != "" {
		text, _ := os.ReadFile(settings)
		ok = ok && !redirected(string(text))
		file(settings)
	}
	program := goProgram()
	if program == "" {
		return list, false
	}
	root = filepath.Dir(filepath.Dir(program))
	file(root, "VERSION")
	file(root, "go.env")
	_, err := os.Stat(filepath.Join(root, "VERSION"))
	return append(list, inputNow(identity, program)), ok && err == nil
}

// redirected reports whether flags have the go command read other files than those
// that it is known to read.
func redirected(flags string) bool {
	return strings.Contains(flags, "-modfile") || strings.Contains(flags, "-overlay") || strings.Contains(flags, "-pkgdir")
}

// self says which program this is: two of them may generate different files. One that
// goes on stays what it was, if another is put in its place meanwhile.
var self = sync.OnceValue(func() string {
	program, err := os.Executable()
	if err != nil {
		return ""
	}
	version := Version
	if build, ok := debug.ReadBuildInfo(); ok {
		version = build.Main.Version
		for _, s := range build.Settings {
			version += " " + s.Key + "=" + s.Value
		}
	}
	return fmt.Sprintf("%q %q %x", program, version, digestNow(identity, program))
})

// moduleFiles returns the go.mod and go.work files that may have a say in which
// versions a module uses, whether there are such files or not: its own, those of
// workspaces around it, and those of the directories that these name.
func moduleFiles(root string) (paths []string) {
	todo := []string{filepath.Join(root, "go.mod")}
	if work := os.Getenv("GOWORK"); work != "" && work != "off" {
		todo = append(todo, work)
	}
	for d := root; ; d = filepath.Dir(d) {
		todo = append(todo, filepath.Join(d, "go.work"))
		if d == filepath.Dir(d) {
			break
		}
	}
	for len(todo) > 0 {
		path := todo[0]
		if todo = todo[1:]; slices.Contains(paths, path) {
			continue
		}
		paths = append(paths, path)
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for _, dir := range namedDirs(string(text), strings.HasSuffix(path, ".work")) {
			if !filepath.IsAbs(dir) {
				dir = filepath.Join(filepath.Dir(path), filepath.FromSlash(dir))
			}
			todo = append(todo, filepath.Join(dir, "go.mod"))
		}
	}
	return paths
}

// namedDirs returns what may be directories in a go.mod or go.work: what a module is
// replaced by, and in a go.work any word, as one too many does no harm.
func namedDirs(text string, work bool) (dirs []string) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		_, replaced, isReplace := strings.Cut(line, "=>")
		switch {
		case isReplace:
			line = replaced
		case !work:
			continue
		}
		for _, word := range strings.Fields(line) {
			dirs = append(dirs, strings.Trim(word, `"`+"`"))
		}
	}
	return dirs
}
