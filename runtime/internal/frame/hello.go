package frame

import (
	"encoding/binary"
	"fmt"
)

// Version is the version of the protocol. It changes with the header, with the
// meaning of a frame, and with the way errors are encoded.
const Version = 2

const magic = "offing worker\n"

// A Greeting is the payload of a Hello.
type Greeting struct {
	Version     uint32
	Fingerprint uint64 // of the worker's tasks
}

// Append appends the encoded greeting.
func (g Greeting) Append(b []byte) []byte {
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint32(b, g.Version)
	return binary.LittleEndian.AppendUint64(b, g.Fingerprint)
}

// ReadGreeting reads what [Greeting.Append] of any version appended.
func ReadGreeting(b []byte) (Greeting, error) {
	if len(b) < len(magic)+12 || string(b[:len(magic)]) != magic {
		return Greeting{}, fmt.Errorf("%w: no greeting of a worker", ErrInvalid)
	}
	b = b[len(magic):]
	return Greeting{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint64(b[4:])}, nil
}
