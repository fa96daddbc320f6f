package process

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// A cgroup is a control group of one worker and all that it starts, whatever
// process group or session that moves to. Its methods do nothing where there is
// none.
type cgroup struct {
	dir  string   // empty for none
	file *os.File // the directory, for as long as the process starts
}

const (
	cgroupPrefix = "offing-"   // of the groups' names; then the pool's process id and a number
	cgroupMagic  = 0x63677270  // CGROUP2_SUPER_MAGIC
	cgroupGrace  = time.Second // for the kernel to end what was killed
)

// cgroups numbers the groups of this process.
var cgroups atomic.Int64

// checkCgroup returns an error if c.Cgroup is no place for groups of workers, and
// removes what a pool left there that was killed.
func (c *Config) checkCgroup() error {
	if c.Cgroup == "" {
		return nil
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(c.Cgroup, &fs); err != nil {
		return fmt.Errorf("Cgroup: %w", &os.PathError{Op: "statfs", Path: c.Cgroup, Err: err})
	}
	if fs.Type != cgroupMagic {
		return fmt.Errorf("Cgroup: %s is not in a cgroup v2 hierarchy", c.Cgroup)
	}
	old, _ := filepath.Glob(filepath.Join(c.Cgroup, cgroupPrefix+"*"))
	for _, dir := range old {
		id, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), cgroupPrefix), "-")
		if pid, err := strconv.Atoi(id); err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			syscall.Rmdir(dir) // fails if it is somebody else's after all, and so not empty
		}
	}
	g, err := newCgroup(c)
	g.close()
	return err
}

// newCgroup makes a group, with the limit of the configuration where the
// hierarchy has the means.
func newCgroup(c *Config) (g cgroup, err error) {
	if c.Cgroup == "" {
		return cgroup{}, nil
	}
	dir := filepath.Join(c.Cgroup, fmt.Sprintf("%s%d-%d", cgroupPrefix, os.Getpid(), cgroups.Add(1)))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return cgroup{}, fmt.Errorf("Cgroup: %w", err)
	}
	g = cgroup{dir: dir}
	if g.file, err = os.Open(dir); err != nil {
		g.close()
		return cgroup{}, fmt.Errorf("Cgroup: %w", err)
	}
	if c.Memory > 0 {
		os.WriteFile(filepath.Join(c.Cgroup, "cgroup.subtree_control"), []byte("+memory"), 0)
		g.set("memory.max", strconv.FormatInt(c.Memory, 10))
		g.set("memory.swap.max", "0")
		g.set("memory.oom.group", "1")
	}
	return g, nil
}

// set writes to one of the group's files. Those of controllers that are not
// enabled do not exist, and the other limits stand without them.
func (g cgroup) set(file, value string) {
	os.WriteFile(filepath.Join(g.dir, file), []byte(value), 0)
}

// join has cmd start in the group.
func (g cgroup) join(cmd *exec.Cmd) {
	if g.dir != "" {
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(g.file.Fd())
	}
}

// started lets go of what only the start needs.
func (g cgroup) started() {
	if g.dir != "" {
		g.file.Close()
	}
}

// kill kills all of it, and what it forks meanwhile.
func (g cgroup) kill() {
	if g.dir != "" {
		g.set("cgroup.kill", "1")
	}
}

// overran reports whether the kernel killed something in the group because it
// was over its limit.
func (g cgroup) overran() bool {
	if g.dir == "" {
		return false
	}
	events, _ := os.ReadFile(filepath.Join(g.dir, "memory.events"))
	for line := range bytes.Lines(events) {
		if n, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("oom_kill ")); ok {
			return string(n) != "0"
		}
	}
	return false
}

// close kills what is left and removes the group. The kernel ends the processes
// in its own time, and refuses to remove a group before.
func (g cgroup) close() {
	if g.dir == "" {
		return
	}
	g.file.Close()
	g.kill()
	for limit := time.Now().Add(cgroupGrace); syscall.Rmdir(g.dir) == syscall.EBUSY && time.Now().Before(limit); {
		time.Sleep(time.Millisecond)
	}
}
