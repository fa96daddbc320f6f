package shm

import (
	"math"
	"testing"
)

// What is not inside the memory is an error, also where offset and length overflow.
func TestView(t *testing.T) {
	mem := make([]byte, 128)
	for b, ok := range map[Block]bool{
		{0, 0}: true, {0, 128}: true, {128, 0}: true, {64, 64}: true, {3, 5}: true,
		{129, 0}: false, {128, 1}: false, {0, 129}: false,
		{1, math.MaxUint32}: false, {math.MaxUint32, 1}: false, {math.MaxUint32, math.MaxUint32}: false,
	} {
		view, err := View(mem, b)
		if (err == nil) != ok || len(view) != cap(view) || ok && len(view) != int(b.Length) {
			t.Errorf("%+v: %d bytes of %d, %v", b, len(view), cap(view), err)
		}
		if ok && b.Length > 0 && &view[0] != &mem[b.Offset] {
			t.Errorf("%+v: other bytes", b)
		}
	}
	if _, err := View(nil, Block{0, 1}); err == nil {
		t.Error("a block in no memory")
	}
}
