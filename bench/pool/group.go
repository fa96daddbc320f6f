package pool

import "github.com/offing-go/offing/bench/internal/report"

// Group is the work of this package.
var Group = report.Group{
	Name:   "pool",
	Title:  "Running a small function on 8 workers",
	Procs:  true,
	Traits: []string{"how"},
	About: []report.About{
		{Contender: "offing", Traits: []string{"SubmitX and Result, SubmitAllX, CallX, MapX, StreamX, as generated; default options"}},
		{Contender: "go+chan", Traits: []string{"a goroutine and a channel for each call; no limit"}},
		{Contender: "go+WaitGroup", Traits: []string{"a goroutine for each call, results in memory; no limit"}},
		{Contender: "naive pool", Traits: []string{"goroutines that read one channel with room for 8192 calls; a channel for each result"}},
		{Contender: "errgroup", Traits: []string{"SetLimit; a channel for each result; in batches results in a slice"}},
		{Contender: "ants", Traits: []string{"NewPool, default options; a channel for each result; in batches results in a slice"}},
		{Contender: "ants, func", Traits: []string{"NewPoolWithFuncGeneric, default options; a channel for each result"}},
		{Contender: "pond", Traits: []string{"NewResultPool, default options; in batches NewGroup"}},
		{Contender: "conc", Traits: []string{"WithMaxGoroutines; a channel for each result; in batches ResultPool with errors, in any order; iter.MapErr"}},
		{Contender: "workerpool", Traits: []string{"New; a channel for each result; in batches results in a slice"}},
		{Contender: "semaphore", Traits: []string{"a channel of 8 slots around the call"}},
		{Contender: "hand-chunked", Traits: []string{"one goroutine for each processor, written for this work"}},
		{Contender: "direct", Traits: []string{"the function called in a loop; no concurrency"}},
		{Contender: "ThreadPoolExecutor", Traits: []string{"python3, in a process of its own"}},
	},
	Works: func(quick bool) []report.Work {
		sleeps := 100_000
		if quick {
			sleeps = 5_000
		}
		works := []report.Work{
			latencyWork(), callWork(), burstWork(), crowdWork(), batchWork(),
			mapWork(items(quick)), streamWork(items(quick)), sleepWork(sleeps),
		}
		return append(works, pythonWorks()...)
	},
	Facts: facts,
}
