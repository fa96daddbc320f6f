package process

import (
	"os"
	"syscall"
	"unsafe"
)

// A group is a worker process and what it started: a job object, whose last
// handle is ours, so that the system ends all of it when this process ends, by
// whatever means.
//
// It has been built and vetted, and never been run: no Windows machine was at
// hand. What the worker starts before it is put into the job, which takes an
// init function that does, stays outside.
type group struct {
	process *os.Process
	job     syscall.Handle // 0 if the system refused; a kill then reaches the worker alone
}

// What package syscall lacks of winbase.h and winnt.h.
const (
	processTerminate = 0x0001
	processSetQuota  = 0x0100

	jobExtendedLimits = 9 // JobObjectExtendedLimitInformation
	killOnJobClose    = 0x2000
)

var (
	kernel32        = syscall.NewLazyDLL("kernel32.dll")
	createJob       = kernel32.NewProc("CreateJobObjectW")
	setJob          = kernel32.NewProc("SetInformationJobObject")
	assignToJob     = kernel32.NewProc("AssignProcessToJobObject")
	terminateJob    = kernel32.NewProc("TerminateJobObject")
	statusTerminate = uintptr(1) // the exit status of what a kill ends
)

// extendedLimits is JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
type extendedLimits struct {
	processTime, jobTime         int64
	flags                        uint32
	minWorkingSet, maxWorkingSet uintptr
	activeProcesses              uint32
	affinity                     uintptr
	priorityClass, scheduling    uint32
	_                            [8 - unsafe.Sizeof(uintptr(0))]byte // C aligns what follows to 8
	io                           [6]uint64
	processMemory, jobMemory     uintptr
	peakProcess, peakJob         uintptr
}

// newGroup puts p, just started, into a job of its own.
func newGroup(p *os.Process) group {
	g := group{process: p}
	job, _, _ := createJob.Call(0, 0)
	if job == 0 {
		return g
	}
	if !limit(job) || !assign(job, p.Pid) {
		syscall.CloseHandle(syscall.Handle(job))
		return g
	}
	g.job = syscall.Handle(job)
	return g
}

// limit has the job's processes end with its last handle.
func limit(job uintptr) bool {
	limits := extendedLimits{flags: killOnJobClose}
	ok, _, _ := setJob.Call(job, jobExtendedLimits, uintptr(unsafe.Pointer(&limits)), unsafe.Sizeof(limits))
	return ok != 0
}

// assign puts a process into the job. The number is still its own: os.Process
// holds a handle of it.
func assign(job uintptr, pid int) bool {
	h, err := syscall.OpenProcess(processTerminate|processSetQuota, false, uint32(pid))
	if err != nil {
		return false
	}
	defer syscall.CloseHandle(h)
	ok, _, _ := assignToJob.Call(job, uintptr(h))
	return ok != 0
}

// kill kills all of it.
func (g group) kill() {
	if g.job != 0 {
		if ok, _, _ := terminateJob.Call(uintptr(g.job), statusTerminate); ok != 0 {
			return
		}
	}
	g.process.Kill()
}

// close gives the job back, which ends what is left of it.
func (g group) close() {
	if g.job != 0 {
		syscall.CloseHandle(g.job)
	}
}

// askStacks cannot ask: there is no signal for it.
func askStacks(int) bool { return false }
