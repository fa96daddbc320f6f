package contender

// Offing is the one that the others are compared with. The table's package says so,
// too, but links what reads other programs.
const Offing = "offing"

// A Peer is one worker process, and how its client calls it. What is nil cannot
// be asked of it.
type Peer struct {
	Square func(n int) (int, error)
	Echo   func(payload []byte) ([]byte, error)
	PID    func() int // known after the first call
	Close  func()
}

// A Kind is a way to have a function done in another process.
type Kind struct {
	// Open starts the process. Its peer echoes payloads of that many bytes only, or
	// squares numbers if that is 0; most need not know.
	Open func(payload int) Peer

	// Window and Map are those who have more than calls that block; nil for a
	// goroutine for each call outstanding, and for no map.
	Window func(Window) Job
	Map    func(items int) Job
}
