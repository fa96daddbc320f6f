//go:build !linux

package process

import "os"

// self is the program's file. If it was replaced meanwhile, the fingerprints
// tell.
func self() (string, error) { return os.Executable() }

// widen does nothing: the size of pipes is fixed here.
func widen(*os.File) {}
