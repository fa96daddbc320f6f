//go:build cgo

package main

// #include <stdlib.h>
// #include "calc.h"
import "C"

import "unsafe"

// A library is an open handle of the C library.
type library struct{ handle *C.calc }

func openLibrary(names string) (library, error) {
	text := C.CString(names)
	defer C.free(unsafe.Pointer(text))
	handle := C.calc_open(text)
	if handle == nil {
		return library{}, ErrNames
	}
	return library{handle}, nil
}

// eval copies the answer before anybody else may call the library.
func (l library) eval(text string) (string, error) {
	copied := C.CString(text)
	defer C.free(unsafe.Pointer(copied))
	answer := C.calc_eval(l.handle, copied)
	if answer == nil {
		return "", ErrSyntax
	}
	return C.GoString(answer), nil
}

func (l library) close() { C.calc_close(l.handle) }
