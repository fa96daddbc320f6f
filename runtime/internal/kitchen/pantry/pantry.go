// Package pantry has types that package kitchen uses as types of another
// package: one for each way by which such types encode themselves.
package pantry

import (
	"encoding/binary"
	"errors"
)

// Open has fields that are all exported.
type Open struct {
	Title string
	Parts []Part
	By    map[string]*Part
}

// A Part is in what is Open.
type Part struct {
	Number uint16
	Next   *Part
}

// Wide takes much memory and few bytes.
type Wide struct{ cells [100]uint32 }

// Set sets a cell.
func (w *Wide) Set(i uint8, v uint32) { w.cells[int(i)%len(w.cells)] = v }

// MarshalBinary leaves out zeros.
func (w Wide) MarshalBinary() (b []byte, err error) {
	for i, v := range w.cells {
		if v != 0 {
			b = binary.LittleEndian.AppendUint32(append(b, byte(i)), v)
		}
	}
	return b, nil
}

var errWide = errors.New("pantry: no cell")

// UnmarshalBinary reads what MarshalBinary returns.
func (w *Wide) UnmarshalBinary(b []byte) error {
	for ; len(b) >= 5; b = b[5:] {
		if int(b[0]) >= len(w.cells) {
			return errWide
		}
		w.cells[b[0]] = binary.LittleEndian.Uint32(b[1:])
	}
	if len(b) > 0 {
		return errWide
	}
	return nil
}
