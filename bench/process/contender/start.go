package contender

// openAndCall is there with the first result.
func (k Kind) openAndCall() Peer {
	p := k.Open(0)
	v, err := p.Square(7)
	Check(7, v, err)
	return p
}

// opened closes when the turn is over.
func (k Kind) opened() Job {
	var open []Peer
	j := Repeated(func() { open = append(open, k.openAndCall()) }, func() {})
	j.After = func() {
		for _, p := range open {
			p.Close()
		}
		open = nil
	}
	j.PID = func() int { return open[len(open)-1].PID() }
	return j
}

func (k Kind) openedAndClosed() Job {
	return Repeated(func() { k.openAndCall().Close() }, func() {})
}
