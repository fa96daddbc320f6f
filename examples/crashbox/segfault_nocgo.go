//go:build !cgo

package main

import "errors"

// segfault crashes in C, where there is C.
func segfault() error { return errors.ErrUnsupported }
