package process_test

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/offing-go/offing/runtime/process"
)

func init() { parents["no descriptors"] = parentWithoutDescriptors }

// parentWithoutDescriptors asks for a gauge while there are no descriptors, and prints what
// is wrong with the answer.
func parentWithoutDescriptors() {
	allow(64)
	for {
		if _, err := os.Open(os.DevNull); err != nil {
			break
		}
	}
	if err := process.OpenGauge(os.Getpid()); !errors.Is(err, syscall.EMFILE) {
		fmt.Println("got", err)
	}
	os.Exit(0)
}

// allow bounds the descriptors of this process.
func allow(n uint64) {
	var limit syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	limit.Cur = n
	syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}

// That there is no descriptor for a gauge does not mean that there is no gauge.
func TestGaugeWithoutDescriptors(t *testing.T) { runParent(t, "no descriptors") }
