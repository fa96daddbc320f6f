// Package chores holds the tasks that the conformance suite runs.
//
// They talk to the suite through the file system, since nothing else is shared
// by every executor: a task marks in a directory that it began, and waits for a
// mark that lets it go on.
package chores

//go:generate go run github.com/offing-go/offing/cmd/offing
