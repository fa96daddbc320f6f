package generator

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// programs are built when they are first asked for, as most works want the same, and
// stay where they are when the bench has ended: the next one links them anew only if
// their source has changed.
var programs struct {
	sync.Mutex
	dir   string
	built map[string]bool // guarded by Mutex
}

// program returns the path of a built program. It exits if there is none to be had:
// whoever asked for the figure should read what to do, and not a trace.
func program(path, name string) string {
	programs.Lock()
	defer programs.Unlock()
	if programs.dir == "" {
		cache, err := os.UserCacheDir()
		dir := filepath.Join(cache, "offing-bench")
		if err == nil {
			err = os.MkdirAll(dir, 0o777)
		}
		if err != nil {
			fail(err, nil)
		}
		programs.dir, programs.built = dir, map[string]bool{}
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	file := filepath.Join(programs.dir, name)
	if !programs.built[file] {
		out, err := exec.Command("go", "build", "-buildvcs=false", "-o", file, path).CombinedOutput()
		if err != nil {
			fail(err, out)
		}
		programs.built[file] = true
	}
	return file
}

func fail(err error, out []byte) {
	fmt.Fprintf(os.Stderr, "bench: cannot build a generator: %v\n%s"+
		"Run the bench in the directory of its go.mod, with the go command in the PATH, or choose other groups\n", err, out)
	os.Exit(1)
}
