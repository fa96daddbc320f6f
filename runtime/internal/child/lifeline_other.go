//go:build unix && !linux

package child

// armLifeline does nothing: only Linux lets the kernel kill a group for us.
// The end of the control pipe has to do.
func armLifeline(int) {}

func closeRangeOnExec(uintptr) bool { return false }
