package kitchen

import (
	"errors"
	"net/url"
	"time"

	"github.com/offing-go/offing/runtime/internal/kitchen/pantry"
)

// A Ledger takes as much memory for its bytes as it can: a recursive type with all
// that is wide, whose least encoding is asked for before it is known.
type Ledger struct {
	Pages  []Ledger
	Names  [5]string
	Lists  [2][]string
	Home   url.URL
	At     time.Time
	Wide   pantry.Wide
	Held   [3]Held
	Failed error
	Codes  Stamp
	ByName map[string]Ledger
}

// Held is a union whose values are boxed.
//
//offing:union int8 bool Stamp []Held map[int8]Held *Held
type Held any

// A Stamp is no struct and encodes itself.
type Stamp [3]uint64

var errStamp = errors.New("a stamp has three numbers of 8 bytes")

// AppendWire leaves out zeros.
func (s Stamp) AppendWire(b []byte) ([]byte, error) {
	for i, v := range s {
		if v != 0 {
			b = append(append(b, byte(i)), byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56))
		}
	}
	return b, nil
}

// ParseWire reads what AppendWire appends.
func (s *Stamp) ParseWire(b []byte) error {
	for ; len(b) >= 9 && int(b[0]) < len(s); b = b[9:] {
		for i, v := range b[1:9] {
			s[b[0]] |= uint64(v) << (8 * i)
		}
	}
	if len(b) > 0 {
		return errStamp
	}
	return nil
}

// Thin has maps whose entries take little on the wire.
type Thin struct {
	Flags   map[bool]*bool
	Bytes   map[int8]*int8
	Sets    map[uint16]struct{}
	Maps    map[int8]map[int8]bool
	Helds   map[int8]Held
	Errors  map[uint16]error
	Refs    map[int16]**int16
	Lists   map[int16][]struct{}
	Inside  []map[int8]int8
	Pointer *map[int8]*map[bool]struct{}
	Wides   map[int16]*[20]string
}

// EchoLedger returns v.
//
//offing:task
func EchoLedger(v Ledger) Ledger { return v }

// EchoThin returns v.
//
//offing:task
func EchoThin(v Thin) Thin { return v }
