package executortest

import (
	"testing"
	"testing/synctest"

	"github.com/offing-go/offing/runtime"
)

// RunInBubbles is Run with each case in a testing/synctest bubble of its own: its
// time is fake, whatever blocks for ever fails it, and so does a goroutine that is
// left.
func RunInBubbles(t *testing.T, newExecutor func(testing.TB) runtime.Executor) {
	runInBubbles(t, newExecutor, allCases())
}

// RunBoundedInBubbles is to RunBounded what RunInBubbles is to Run.
func RunBoundedInBubbles(t *testing.T, newExecutor func(testing.TB) runtime.Executor) {
	runInBubbles(t, newExecutor, boundedCases)
}

func runInBubbles(t *testing.T, newExecutor func(testing.TB) runtime.Executor, cases []trial) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.try(t, newExecutor) })
		})
	}
}
