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

// Places returns how many workers have a place. One that is one too many keeps it until its
// process is gone and its goroutine has ended, a moment after Workers does not show it.
func Places(p *Pool) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.places
}
