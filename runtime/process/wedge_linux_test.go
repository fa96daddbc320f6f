//go:build amd64 || arm64

package process_test

import (
	"context"
	"os"
	goruntime "runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// wedge leaves a worker in which no Go code runs any more: one thread, which
// the scheduler takes for one that runs Go code and cannot interrupt, waits in
// the kernel with every signal blocked, and a garbage collection stops the rest
// until that thread comes along, which is never. It makes the file just before.
var wedge = onBytes(named("Wedge"), func(_ context.Context, file []byte) ([]byte, error) {
	debug.SetGCPercent(-1) // a collection that ends before the file is made would wait for us, and the test for the file
	goruntime.GC()         // one may have begun
	goruntime.LockOSThread()
	go collectOnce(syscall.Gettid(), string(file))
	all := ^uint64(0)
	const setMask = 2 // SIG_SETMASK
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask, uintptr(unsafe.Pointer(&all)), 0, unsafe.Sizeof(all), 0, 0)
	for {
		syscall.RawSyscall6(syscall.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
	}
})

// collectOnce collects garbage once the thread sleeps.
func collectOnce(thread int, file string) {
	for {
		stat, _ := os.ReadFile("/proc/self/task/" + strconv.Itoa(thread) + "/syscall")
		if strings.HasPrefix(string(stat), strconv.Itoa(syscall.SYS_PPOLL)+" ") {
			break
		}
		goruntime.Gosched()
	}
	os.WriteFile(file, nil, 0o600)
	goruntime.GC()
}
