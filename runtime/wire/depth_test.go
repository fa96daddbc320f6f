package wire

import (
	"errors"
	"testing"
)

func TestG12_ErrorsAreCountedOnTheirOwn(t *testing.T) {
	r := NewReader([]byte{1})
	for range 3 { // what is left counts no more
		for range MaxErrorDepth {
			if !r.EnterError() || !r.Enter() {
				t.Fatal(r.Err())
			}
			r.Leave()
		}
		for range MaxErrorDepth {
			r.LeaveError()
		}
	}
	for range MaxErrorDepth {
		r.EnterError()
	}
	if r.EnterError() || !errors.Is(r.Err(), ErrInvalid) {
		t.Errorf("one more: %v", r.Err())
	}
}

func TestG12_LargeValuesCountMore(t *testing.T) {
	r := NewReader([]byte{1})
	for range 3 {
		for range MaxDepth / 30 {
			if !r.EnterLevels(30) {
				t.Fatal(r.Err())
			}
		}
		for range MaxDepth % 30 {
			if !r.Enter() {
				t.Fatal(r.Err())
			}
			r.Leave()
		}
		for range MaxDepth / 30 {
			r.LeaveLevels(30)
		}
	}
	for range MaxDepth / 30 {
		r.EnterLevels(30)
	}
	if r.EnterLevels(30) || !errors.Is(r.Err(), ErrInvalid) {
		t.Errorf("one more: %v", r.Err())
	}
}
