package child

import "os"

// pipes are a worker's open pipes, but for that of the results. The lifeline has no reader.
type pipes struct {
	tasks, control, direct *os.File
}
