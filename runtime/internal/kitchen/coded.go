package kitchen

import (
	"encoding/binary"
	"errors"
)

// A Coded says itself how it is encoded; its first method has a value receiver.
type Coded struct {
	text  string
	cache int // not encoded
}

// AppendWire appends the text.
func (c Coded) AppendWire(b []byte) ([]byte, error) { return append(b, c.text...), nil }

// ParseWire reads the text.
func (c *Coded) ParseWire(b []byte) error {
	c.text = string(b)
	return nil
}

// A Cipher says itself how it is encoded; both methods have a pointer receiver.
type Cipher struct{ key, text uint32 }

// errCipher is what is wrong with bytes that are no Cipher.
var errCipher = errors.New("a cipher takes 8 bytes")

// AppendWire appends the key, and the text under it.
func (c *Cipher) AppendWire(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint32(b, c.key)
	return binary.BigEndian.AppendUint32(b, c.text^c.key), nil
}

// ParseWire reads what AppendWire appends.
func (c *Cipher) ParseWire(b []byte) error {
	if len(b) != 8 {
		return errCipher
	}
	c.key = binary.BigEndian.Uint32(b)
	c.text = binary.BigEndian.Uint32(b[4:]) ^ c.key
	return nil
}

// A Digest encodes itself and is no struct.
type Digest []byte

// AppendWire appends the bytes.
func (d Digest) AppendWire(b []byte) ([]byte, error) { return append(b, d...), nil }

// ParseWire copies the bytes.
func (d *Digest) ParseWire(b []byte) error {
	*d = append(Digest{}, b...)
	return nil
}

// Codes has types that encode themselves in all sorts of places.
type Codes struct {
	One    Coded
	Ref    *Cipher
	Many   []Coded
	ByCode map[Coded]Cipher
	Pair   [2]Cipher
	digest Digest
}

// EchoCipher returns v.
//
//offing:task
func EchoCipher(v *Cipher) *Cipher { return v }

// EchoDigest returns v.
//
//offing:task
func EchoDigest(v Digest) Digest { return v }

// EchoCodes returns v.
//
//offing:task
func EchoCodes(v Codes) Codes { return v }
