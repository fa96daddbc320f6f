package codec

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"io"
)

// gobFresh sends every message on its own, types included.
func gobFresh[T any]() codec[T] {
	return codec[T]{"gob, fresh",
		func(b []byte, v *T) []byte {
			w := bytes.NewBuffer(b)
			must(gob.NewEncoder(w).Encode(v))
			return w.Bytes()
		},
		func(b []byte) (v T, err error) {
			err = gob.NewDecoder(bytes.NewReader(b)).Decode(&v)
			return v, err
		}}
}

// gobStream is one long stream: the types were sent before, as on a connection
// between two workers.
func gobStream[T any]() codec[T] {
	var w, r gobBuffer
	encoder, decoder := gob.NewEncoder(&w), gob.NewDecoder(&r)
	var zero T
	must(encoder.Encode(&zero))
	r.b = w.b
	must(decoder.Decode(&zero))
	return codec[T]{"gob, stream",
		func(b []byte, v *T) []byte {
			w.b = b
			must(encoder.Encode(v))
			return w.b
		},
		func(b []byte) (v T, err error) {
			r.b = b
			err = decoder.Decode(&v)
			return v, err
		}}
}

// A gobBuffer is a connection to nobody: what is written is appended, what is
// read was put there. It is an io.ByteReader, or gob would read ahead.
type gobBuffer struct{ b []byte }

func (g *gobBuffer) Write(p []byte) (int, error) {
	g.b = append(g.b, p...)
	return len(p), nil
}

func (g *gobBuffer) Read(p []byte) (int, error) {
	n := copy(p, g.b)
	if g.b = g.b[n:]; n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (g *gobBuffer) ReadByte() (byte, error) {
	if len(g.b) == 0 {
		return 0, io.EOF
	}
	c := g.b[0]
	g.b = g.b[1:]
	return c, nil
}

// ofJSON is encoding/json as it is used; its encoder makes its own buffer.
func ofJSON[T any]() codec[T] {
	return codec[T]{"json",
		func(b []byte, v *T) []byte {
			w := bytes.NewBuffer(b)
			must(json.NewEncoder(w).Encode(v))
			return w.Bytes()
		},
		func(b []byte) (v T, err error) {
			err = json.Unmarshal(b, &v)
			return v, err
		}}
}
