// Package offing is the front door of this module; there is nothing to import
// here.
//
// Offing turns plain functions into typed futures. A function or method with the
// line //offing:task in its doc comment gets SubmitSquare, CallSquare, MapSquare and
// StreamSquare, and the same typed call then runs on goroutines or in worker
// processes, by changing the executor. //offing:state marks a function that opens what
// each worker has one of: a model, a connection, a handle of a C library.
//
//   - Command [github.com/offing-go/offing/cmd/offing] writes those functions.
//   - Package [github.com/offing-go/offing/runtime] is what they stand on:
//     futures, executors, the goroutine pool.
//   - Package [github.com/offing-go/offing/runtime/process] runs calls in worker
//     processes that may crash.
//   - Packages [github.com/offing-go/offing/gen] and
//     [github.com/offing-go/offing/templates] are the generator itself.
//   - Package [github.com/offing-go/offing/gen/vet] finds mistakes that compile.
package offing
