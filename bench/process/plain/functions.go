// Package plain has the functions that all contenders run, as they would be in a
// program that has heard of none of them.
package plain

import "errors"

var errNegative = errors.New("negative")

// Square returns n squared.
func Square(n int) (int, error) {
	if n < 0 {
		return 0, errNegative
	}
	return n * n, nil
}

// Echo returns what it is given: all that is seen is the way there and back.
func Echo(payload []byte) []byte { return payload }
