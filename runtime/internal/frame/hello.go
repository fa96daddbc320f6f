package frame

import (
	"encoding/binary"
	"fmt"
)

// Version is the version of the protocol. It changes with the header, with the
// meaning of a frame, and with the way errors are encoded.
const Version = 8

const magic = "offing worker\n"

const greetingSize = len(magic) + 12

// A Greeting is the payload of a Hello. A worker that knows that its pool has
// other tasks appends a [Listing] of its own.
type Greeting struct {
	Version     uint32
	Fingerprint uint64 // of the worker's tasks and registered errors
}

// Append appends the encoded greeting.
func (g Greeting) Append(b []byte) []byte {
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint32(b, g.Version)
	return binary.LittleEndian.AppendUint64(b, g.Fingerprint)
}

// ReadGreeting reads what [Greeting.Append] of any version appended, and returns
// what comes after it.
func ReadGreeting(b []byte) (g Greeting, rest []byte, err error) {
	if len(b) < greetingSize || string(b[:len(magic)]) != magic {
		return Greeting{}, nil, fmt.Errorf("%w: no greeting of a worker", ErrInvalid)
	}
	b = b[len(magic):]
	return Greeting{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint64(b[4:])}, b[12:], nil
}
