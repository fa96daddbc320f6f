package child

import "os"

// pipes are a worker's open pipes. The lifeline has no reader.
type pipes struct {
	tasks, results, control, direct *os.File
}
