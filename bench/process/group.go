// Package process measures what it costs to have a small function, or a payload,
// done by another process: offing's worker processes beside what else calls into
// a process on the same machine, and beside two pipes with nothing around them.
//
// The work is the same everywhere: that of package plain. Errors are none here, but
// every contender could return one. Each has a program of its own, which this package
// builds and tells what to do, see package contender.
package process

import (
	"slices"

	"github.com/offing-go/offing/bench/internal/report"
)

// Group is the work of this package.
var Group = report.Group{
	Name:   "process",
	Title:  "Running a small function in a worker process",
	Traits: []string{"how"},
	About: []report.About{
		{Contender: report.Offing, Traits: []string{"process.Pool; CallX, SubmitX and Result, MapX, as generated; default options; one worker where not said otherwise, GOMAXPROCS of them with many calls outstanding and in the map"}},
		{Contender: "raw pipe", Traits: []string{"the floor: two pipes of 1 MiB, blocking reads and writes on both sides, messages of a length that both know, one buffer that is used again"}},
		{Contender: "net/rpc", Traits: []string{"one connection over a unix socket, gob; client.Go for many calls outstanding"}},
		{Contender: "gRPC", Traits: []string{"one connection over a unix socket, no TLS, a codec that leaves bytes as they are, no limit of a message; a goroutine for each call outstanding"}},
		{Contender: "go-plugin, net/rpc", Traits: []string{"hashicorp/go-plugin, no TLS, no log; a goroutine for each call outstanding"}},
		{Contender: "go-plugin, gRPC", Traits: []string{"the same with gRPC, its codec as above, no limit of a message"}},
		{Contender: executor, Traits: []string{"python3, concurrent.futures; as many workers as offing; submit and result; map with chunksize=100"}},
		{Contender: multiprocessing, Traits: []string{"python3; as many workers as offing; apply, apply_async and get; imap with chunksize=100"}},
	},
	Works: func(quick bool) []report.Work {
		items, calls := 100_000, 10_000
		if quick {
			items, calls = 2_000, 2_000
		}
		return slices.Concat(
			[]report.Work{
				roundTripWork(), windowWork(64, calls), windowWork(1000, calls, manyTargets()...),
				burstWork(64), burstWork(1000), mapWork(items),
			},
			echoWorks(quick), startWorks(), []report.Work{scaleWork()},
		)
	},
	Facts:  idleMemory,
	Build:  buildAll,
	Remove: removeAll,
}
