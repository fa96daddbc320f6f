//go:build !linux

package child

// volunteer does nothing: there is no such choice here.
func volunteer() {}
