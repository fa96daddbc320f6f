// Package vet finds mistakes in programs that use offing: what the generator says of
// directives and types, where go vet shows it, and what is wrong in the bodies of
// functions, which the generator does not look at:
//
//   - [DroppedFuture]: a future that nobody keeps;
//   - [Stale]: generated files that are not current;
//   - [Directive]: directives that are none, misplaced or wrong;
//   - [Unencodable]: values that cannot cross to a worker process;
//   - [ProcessMain]: process pools in programs that cannot be worker processes;
//   - [SelfWait]: tasks that wait and keep their worker's slot;
//   - [PackageState]: package variables that tasks write in another process;
//   - [LostCtx]: tasks that pass on another context than their own.
//
// Each is an [analysis.Analyzer]. Two drivers run them: [Run] for the command
// "offing vet", and [Unit] for "go vet -vettool". What is a task, a directive or
// a value that can cross is said by package gen; nothing here says it again.
//
// The constructor of a state runs where tasks do, so what is said of tasks holds for it as
// well, but for [LostCtx]: its context ends with the call that opens the state, and what
// it opens may need another. What a task writes to the state that it is a method of is
// its own.
//
// The analyzers would rather miss a mistake than find one where there is none.
// They do not look into generated files.
package vet
