package process

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// askStacks has a worker write its stacks and exit, and reports whether it was
// asked. The signal goes to the thread that keeps a processor busy, if there is
// one: the Go runtime writes no stack of a goroutine that runs on another
// thread than the one that is hit, and a task that spins is the very one that
// the user looks for.
func askStacks(pid int) bool {
	if thread := busiest(pid); thread != 0 {
		_, _, errno := syscall.Syscall(syscall.SYS_TGKILL, uintptr(pid), uintptr(thread), uintptr(syscall.SIGQUIT))
		if errno == 0 {
			return true
		}
	}
	return syscall.Kill(pid, syscall.SIGQUIT) == nil
}

// busiest returns the thread that runs right now and has run longest, or 0.
func busiest(pid int) (thread int) {
	dir := "/proc/" + strconv.Itoa(pid) + "/task"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	most := -1
	for _, e := range entries {
		stat, err := os.ReadFile(dir + "/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		if running, ticks := parseStat(stat); running && ticks > most {
			most = ticks
			thread, _ = strconv.Atoi(e.Name())
		}
	}
	return thread
}

// parseStat returns what proc_pid_stat(5) says of the state of a thread and its
// time in user mode, in ticks. The name before is whatever the thread chose.
func parseStat(stat []byte) (running bool, ticks int) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 12 {
		return false, 0
	}
	ticks, _ = strconv.Atoi(string(fields[11]))
	return fields[0][0] == 'R', ticks
}
