//go:build !unix

package main

import "os"

// A descriptor is a file, of which nothing better is known here.
type descriptor struct{ *os.File }

func block(f *os.File) *descriptor { return &descriptor{f} }
