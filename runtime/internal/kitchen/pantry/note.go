package pantry

import "errors"

// A note is what types hold that hide it.
type note struct {
	text string
	mark byte
}

var errNote = errors.New("pantry: no mark")

func (n note) bytes() []byte { return append([]byte(n.text), n.mark) }

func (n *note) parse(b []byte) error {
	if len(b) == 0 {
		return errNote
	}
	last := len(b) - 1
	n.text, n.mark = string(b[:last]), b[last]
	return nil
}

// Text encodes itself by MarshalText.
type Text struct{ note note }

// NewText returns a Text.
func NewText(text string, mark byte) Text { return Text{note{text, mark}} }

// MarshalText returns the text.
func (t Text) MarshalText() ([]byte, error) { return t.note.bytes(), nil }

// UnmarshalText reads what MarshalText returns.
func (t *Text) UnmarshalText(b []byte) error { return t.note.parse(b) }

// Binary encodes itself by MarshalBinary, although it has a text as well.
type Binary struct{ note note }

// NewBinary returns a Binary.
func NewBinary(text string, mark byte) Binary { return Binary{note{text, mark}} }

// MarshalBinary returns all there is.
func (v *Binary) MarshalBinary() ([]byte, error) { return v.note.bytes(), nil }

// UnmarshalBinary reads what MarshalBinary returns.
func (v *Binary) UnmarshalBinary(b []byte) error { return v.note.parse(b) }

// MarshalText loses the mark.
func (v *Binary) MarshalText() ([]byte, error) { return []byte(v.note.text), nil }

// UnmarshalText reads a text.
func (v *Binary) UnmarshalText(b []byte) error {
	v.note.text = string(b)
	return nil
}

// Gob encodes itself by GobEncode.
type Gob struct{ note note }

// NewGob returns a Gob.
func NewGob(text string, mark byte) Gob { return Gob{note{text, mark}} }

// GobEncode returns all there is.
func (v Gob) GobEncode() ([]byte, error) { return v.note.bytes(), nil }

// GobDecode reads what GobEncode returns.
func (v *Gob) GobDecode(b []byte) error { return v.note.parse(b) }

// Proto encodes itself by methods such as generated ones of protocol buffers.
type Proto struct{ note note }

// NewProto returns a Proto.
func NewProto(text string, mark byte) Proto { return Proto{note{text, mark}} }

// Marshal returns all there is.
func (v *Proto) Marshal() ([]byte, error) { return v.note.bytes(), nil }

// Unmarshal reads what Marshal returns.
func (v *Proto) Unmarshal(b []byte) error { return v.note.parse(b) }

// Wire encodes itself for this very purpose.
type Wire struct{ note note }

// NewWire returns a Wire.
func NewWire(text string, mark byte) Wire { return Wire{note{text, mark}} }

// AppendWire appends all there is.
func (v Wire) AppendWire(b []byte) ([]byte, error) { return append(b, v.note.bytes()...), nil }

// ParseWire reads what AppendWire appends.
func (v *Wire) ParseWire(b []byte) error { return v.note.parse(b) }
