package runtime

// A State is where a call is in its life.
type State uint8

// The states of a call. The last three are final (G2).
const (
	Pending   State = iota // not started: queued, or handed to a worker that has not begun
	Running                // a worker started it
	Succeeded              // it returned without an error
	Failed                 // it returned an error, was lost, timed out or panicked
	Canceled               // its outcome is ErrCanceled
)

var stateNames = [...]string{"pending", "running", "succeeded", "failed", "canceled"}

// String returns the state's name in lower case.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// Settled reports whether the state is final.
func (s State) Settled() bool { return s >= Succeeded }

func stateOf(phase uint32) State {
	switch phase {
	case pending, handed:
		return Pending
	case succeeded:
		return Succeeded
	case failed:
		return Failed
	case canceled:
		return Canceled
	}
	return Running // settling too: the outcome is not there yet
}
