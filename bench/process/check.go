package process

import "context"

var background = context.Background()

// check ends the program if a result is wrong: a contender that is fast because
// it loses results is none.
func check(n, v int, err error) {
	if v != n*n || err != nil {
		panic("wrong result")
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
