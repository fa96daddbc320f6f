package gen

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
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
	return strings.Join(append(list, goProgram()), "\n")
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
	file(root, "go.mod")
	file(root, "go.sum")
	file(root, "vendor", "modules.txt")
	if work := os.Getenv("GOWORK"); work != "" && work != "off" {
		file(work)
		file(strings.TrimSuffix(work, ".work") + ".work.sum")
	}
	for d := root; ; d = filepath.Dir(d) {
		file(d, "go.work")
		file(d, "go.work.sum")
		file(d, "vendor", "modules.txt")
		if d == filepath.Dir(d) {
			break
		}
	}
	if dir, err := os.UserConfigDir(); err == nil {
		settings := cmp.Or(os.Getenv("GOENV"), filepath.Join(dir, "go", "env"))
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

// self says which program this is: two of them may generate different files.
func self() string {
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
}
