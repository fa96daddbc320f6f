package main

import "github.com/dlclark/regexp2"

//go:generate go tool offing

// Match reports whether a text matches a pattern, by backtracking.
//
//offing:task timeout=200ms
func Match(pattern, text string) (bool, error) {
	compiled, err := regexp2.Compile(pattern, regexp2.None)
	if err != nil {
		return false, err
	}
	return compiled.MatchString(text)
}
