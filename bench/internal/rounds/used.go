package rounds

import (
	"fmt"
	"runtime"
	"time"
)

// Used is what a process has used since it started.
type Used struct {
	Processor time.Duration // 0 if unknown
	Allocs    uint64        // objects
	Bytes     uint64        // of those
}

// ThisProcess is what this one has used.
func ThisProcess() Used {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Used{processorTime(), m.Mallocs, m.TotalAlloc}
}

// String is what [ParseUsed] reads.
func (u Used) String() string { return fmt.Sprint(int64(u.Processor), u.Allocs, u.Bytes) }

// ParseUsed is for who asks another process.
func ParseUsed(text string) (u Used, err error) {
	_, err = fmt.Sscan(text, (*int64)(&u.Processor), &u.Allocs, &u.Bytes)
	return u, err
}

func (u Used) since(before Used) Used {
	return Used{u.Processor - before.Processor, u.Allocs - before.Allocs, u.Bytes - before.Bytes}
}
