package main

import (
	"bytes"
	"crypto/sha256"
	"os"
)

//go:generate go tool offing

// Measure returns the size of a file, how many words it has, and its SHA-256.
//
//offing:task
func Measure(path string) (size, words int, sum [sha256.Size]byte, err error) {
	content, err := os.ReadFile(path)
	for range bytes.FieldsSeq(content) {
		words++
	}
	return len(content), words, sha256.Sum256(content), err
}
