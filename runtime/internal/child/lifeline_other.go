//go:build unix && !linux

package child

// ArmLifeline does nothing: only Linux lets the kernel kill a group for us.
// The end of the control pipe has to do.
func ArmLifeline(_, _ int) {}

func closeRangeOnExec(uintptr) bool { return false }
