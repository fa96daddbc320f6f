//go:build !cgo

package main

// A library is there where C is.
type library struct{}

func openLibrary(string) (library, error) { return library{}, ErrNoLibrary }

func (library) eval(string) (string, error) { return "", ErrNoLibrary }

func (library) close() {}
