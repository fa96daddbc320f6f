//go:build !linux

package shm

import (
	"errors"
	"testing"
)

func TestUnavailable(t *testing.T) {
	if _, err := Create(1); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
	if _, err := Open(3, 1); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
}
