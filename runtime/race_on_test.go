//go:build race

package runtime_test

// underRace says that the race detector slows everything down tenfold.
const underRace = true
