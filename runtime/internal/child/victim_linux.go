package child

import "os"

// volunteer makes this process the first that the kernel ends when the machine
// has no memory left: the pool starts another one, while without its own
// process everything would be lost. What tasks start inherits it.
func volunteer() { _ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) }
