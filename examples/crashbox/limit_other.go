//go:build !linux

package main

import "errors"

// limitMemory has no portable form; a program that hoards memory without one
// would take the machine down with it.
func limitMemory(uint64) error { return errors.New("crashbox needs Linux") }
