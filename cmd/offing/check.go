package main

const aboutCheck = `Check names the generated files that generate would write, and fails if there is
one. It is for continuous integration: it looks at everything anew and writes
nothing. What is left of a file whose tasks are gone, under go generate, is fine.
`

// check names the files that are not current.
func (c *command) check() int {
	res, status := c.read(c.config())
	if res == nil {
		return status
	}
	for _, f := range res.Files {
		s := stateOf(f)
		if s == current || f.Remainder() {
			c.detail(f, current)
			continue
		}
		c.mention(c.stderr, f, s)
		status = max(status, toMend)
	}
	return status
}
