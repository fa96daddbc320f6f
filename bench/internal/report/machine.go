package report

import (
	"bufio"
	"debug/buildinfo"
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Machine says when, with what and on what kind of machine the figures were
// taken, without a name of it.
func Machine() string {
	return fmt.Sprintf("%s, %s %s/%s, %s, %d CPUs, GOMAXPROCS=%d", time.Now().UTC().Format(time.DateOnly),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, processor(), runtime.NumCPU(), runtime.GOMAXPROCS(0))
}

// processor is the model of the CPU, where the system tells.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown CPU"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, model, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "unknown CPU"
}

// Versions lists the modules of the contenders as they were built into this program,
// and into others.
func Versions(programs ...string) (string, error) {
	all := map[string]bool{}
	add := func(build *debug.BuildInfo) {
		for _, m := range build.Deps {
			if m.Replace == nil {
				all[m.Path+" "+m.Version] = true
			}
		}
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		add(build)
	}
	for _, path := range programs {
		build, err := buildinfo.ReadFile(path)
		if err != nil {
			return "", err
		}
		add(build)
	}
	return strings.Join(slices.Sorted(maps.Keys(all)), ", "), nil
}
