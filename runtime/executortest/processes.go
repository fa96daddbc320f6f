package executortest

import (
	"github.com/offing-go/offing/runtime/executortest/internal/chores"
)

var processCases = []trial{
	{name: "A49_VariablesAreTheWorkersOwn", size: 2, needs: process, run: variablesAreOwn},
	{name: "F17_TasksWriteToStandardOutput", size: 2, needs: process, run: tasksWriteToOutput},
}

func variablesAreOwn(r *rig) {
	before := chores.Place
	defer func() { chores.Place = before }()
	chores.Place = "the parent's"
	for range 4 {
		want(r, chores.SubmitRecall(r.ctx, r.ex), "initialized")
	}
	if chores.Place != "the parent's" {
		r.Errorf("the variable became %q here", chores.Place)
	}
}

func tasksWriteToOutput(r *rig) {
	const size = 1 << 20
	calls := make(futures, 6)
	for i := range calls {
		calls[i] = chores.SubmitChatter(r.ctx, r.ex, size)
	}
	for _, f := range calls {
		want(r, f, size)
	}
	r.works()
}
