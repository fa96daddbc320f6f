//go:build !linux

package process

// A deathwatch is nothing here: the end of the results has to do, and the
// deadline that a kill sets.
type deathwatch struct{}

func (p *proc) watchDeath() {}

func (*deathwatch) end() {}
