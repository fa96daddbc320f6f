//go:build unix

package process_test

import (
	"syscall"
	"testing"
	"time"
)

func cpuOf(who int) time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(who, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// reportCPU reports, at the end, what a call costs the parent's processor and the
// workers'. end ends the workers.
func reportCPU(b *testing.B, end func()) {
	parent, children := cpuOf(syscall.RUSAGE_SELF), cpuOf(syscall.RUSAGE_CHILDREN)
	b.Cleanup(func() {
		end()
		b.ReportMetric(float64(cpuOf(syscall.RUSAGE_SELF)-parent)/float64(b.N), "parent-ns/op")
		b.ReportMetric(float64(cpuOf(syscall.RUSAGE_CHILDREN)-children)/float64(b.N), "child-ns/op")
	})
}
