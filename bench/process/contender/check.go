package contender

// Check ends the program if a result is wrong: a contender that is fast because
// it loses results is none.
func Check(n, v int, err error) {
	if v != n*n || err != nil {
		panic("wrong result")
	}
}

// Must ends the program if something fails, of which the bench has nothing to say.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}
