package main

import (
	"errors"
	"os"
)

//go:generate go tool offing

// Errors of the library. Those of a crash are not among them.
var (
	// ErrSyntax is the error of a text that is no expression.
	//
	//offing:error
	ErrSyntax = errors.New("not an expression")

	// ErrNames is the error of names that are not as in "vat=0.19 price=20".
	//
	//offing:error
	ErrNames = errors.New("not names with values")

	// ErrNoLibrary is the error of a program that was built without C.
	//
	//offing:error
	ErrNoLibrary = errors.New("built without cgo, so there is no C library to call")
)

// A Calculator is a handle of the library, with its names.
//
// It has no lock: no two calls have the same one at once, and no two are in one process,
// where they would write their answers to the same buffer.
type Calculator struct {
	lib   library
	calls int // of Eval
}

// OpenCalculator opens a calculator that knows some names, as in "vat=0.19 price=20".
//
//offing:state
func OpenCalculator(names string) (*Calculator, error) {
	lib, err := openLibrary(names)
	if err != nil {
		return nil, err
	}
	return &Calculator{lib: lib}, nil
}

// Close closes the handle. What the library has lost is lost until its process ends.
func (c *Calculator) Close() error {
	c.lib.close()
	return nil
}

// An Answer is what an expression comes to, and who says so.
type Answer struct {
	Text  string
	PID   int // of the process that has the calculator
	Calls int // that this has had, with this one
}

// Eval works out an expression. It crashes on some.
//
//offing:task timeout=10s
func (c *Calculator) Eval(text string) (Answer, error) {
	c.calls++
	answer, err := c.lib.eval(text)
	return Answer{answer, os.Getpid(), c.calls}, err
}
