//go:build unix && !(linux && (amd64 || arm64))

package process_test

import (
	"context"
	"os"
)

// wedge is a task that spins: how to wedge a Go runtime is known for Linux.
var wedge = onBytes(named("Wedge"), func(_ context.Context, file []byte) ([]byte, error) {
	os.WriteFile(string(file), nil, 0o600)
	for {
	}
})
