package gen

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"

	"github.com/offing-go/offing/templates"
)

// A digest stands for some bytes; those of different bytes differ. The zero value
// stands for what is not there.
type digest [16]byte

// MarshalText returns the digest in hexadecimal, empty for the zero value.
func (d digest) MarshalText() ([]byte, error) {
	if d == (digest{}) {
		return nil, nil
	}
	return hex.AppendEncode(nil, d[:]), nil
}

// UnmarshalText is the opposite of MarshalText.
func (d *digest) UnmarshalText(text []byte) error {
	*d = digest{}
	if len(text) > hex.EncodedLen(len(d)) {
		return hex.ErrLength
	}
	_, err := hex.Decode(d[:], text)
	return err
}

// digestOf returns the digest of a text.
func digestOf(text []byte) digest {
	sum := sha256.Sum256(text)
	return digest(sum[:])
}

// A digester turns what parts of a model are made of into digests: what differs in
// anything that its text depends on has different ones.
type digester struct {
	base  digest                     // of what all parts depend on
	names map[string]string          // of imports, by path
	plans map[*templates.Plan]digest // the zero digest is that of one which is begun
	buf   []byte                     // of what is being added
}

func newDigester(model templates.Package) *digester {
	d := &digester{names: map[string]string{}, plans: map[*templates.Plan]digest{}}
	for _, i := range model.Imports {
		d.names[i.Path] = fmt.Sprint(i.Name, i.Alias)
	}
	b, err := d.append(nil, reflect.ValueOf(model.Locals))
	if err != nil {
		panic(err) // strings and numbers
	}
	for _, text := range []string{
		model.Path, model.Name, d.names["context"], d.names["iter"], d.names["time"],
		d.names[templates.RuntimePath], d.names[templates.WirePath],
	} {
		b = appendText(b, text)
	}
	d.base = digestOf(b)
	return d
}

// of returns the digest of a value and of all that is the same for the whole file. It is
// the zero digest for a value that has none.
func (d *digester) of(v reflect.Value) digest {
	b, err := d.append(append(d.buf, d.base[:]...), v)
	if err != nil {
		return digest{}
	}
	d.buf = b[:0]
	return digestOf(b)
}

// in returns the key of the part that a section has of what d is the digest of. It is the
// zero digest for one that has to be rendered anew each time. To change a few bits is
// enough: two digests that differ in no others are as unlikely as two that are equal.
func (d digest) in(s templates.Section) digest {
	if d != (digest{}) {
		d[0] ^= byte(s)
	}
	return d
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

var errDigest = errors.New("the model of a file has a value without a digest")

// append adds the bytes of a value: all that there is of it, in an order that is its
// type's.
func (d *digester) append(b []byte, v reflect.Value) (_ []byte, err error) {
	switch v.Kind() {
	case reflect.String:
		return appendText(b, v.String()), nil
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1), nil
		}
		return append(b, 0), nil
	case reflect.Int, reflect.Int64:
		return binary.AppendVarint(b, v.Int()), nil
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			if b, err = d.append(b, v.Index(i)); err != nil {
				return b, err
			}
		}
		return b, nil
	case reflect.Struct:
		return d.structure(b, v)
	case reflect.Pointer:
		return d.pointer(b, v)
	}
	return b, fmt.Errorf("%w: %s", errDigest, v.Type())
}

func (d *digester) structure(b []byte, v reflect.Value) (_ []byte, err error) {
	if v.Type() == typeOfType && v.CanAddr() {
		if t, ok := reflect.TypeAssert[*templates.Type](v.Addr()); ok && isPlain(t) {
			return d.plain(b, t), nil
		}
	}
	for i := range v.NumField() {
		if b, err = d.append(b, v.Field(i)); err != nil {
			return b, err
		}
	}
	if t, ok := reflect.TypeAssert[templates.Type](v); ok && t.Path != "" {
		b = appendText(b, d.names[t.Path]) // it is written with the name
	}
	return b, nil
}

var typeOfType = reflect.TypeFor[templates.Type]()

// isPlain reports whether t is but a name. Most are: what structure does with a dozen of
// fields takes a fifth of the time of a package of a thousand tasks.
func isPlain(t *templates.Type) bool {
	return t.Kind == templates.Ident && t.Elem == nil && t.Key == nil && t.Len == 0 &&
		t.Fields == nil && t.List == nil && t.Results == nil && !t.Variadic && !t.Tilde
}

// plain adds a type that isPlain, after a byte with which no other begins.
func (d *digester) plain(b []byte, t *templates.Type) []byte {
	b = appendText(appendText(append(b, 0xff), t.Path), t.Name)
	if t.Path != "" {
		b = appendText(b, d.names[t.Path])
	}
	return b
}

// pointer adds what a pointer leads to, of a plan its digest: plans share parts of
// each other.
func (d *digester) pointer(b []byte, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return append(b, 0), nil
	}
	plan, ok := reflect.TypeAssert[*templates.Plan](v)
	if !ok {
		return d.append(append(b, 1), v.Elem())
	}
	of, ok := d.plans[plan]
	switch {
	case !ok:
		d.plans[plan] = digest{}
		start := len(b)
		b, err := d.append(b, v.Elem())
		if err != nil {
			return b, err
		}
		of = digestOf(b[start:])
		d.plans[plan] = of
		return append(append(b[:start], 2), of[:]...), nil
	case of == digest{}:
		return b, fmt.Errorf("%w: a plan that leads to itself", errDigest)
	}
	return append(append(b, 2), of[:]...), nil
}
