package process

// BriskWorkers returns how many workers count as brisk, and how many should.
func BriskWorkers(p *Pool) (count, are int) {
	for _, w := range p.snapshot() {
		w.mu.Lock()
		if w.brisk {
			are++
		}
		w.mu.Unlock()
	}
	return int(p.brisk.Load()), are
}
