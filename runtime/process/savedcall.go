package process

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/wire"
)

// A savedCall is a call as it is kept in a file, to be executed again.
type savedCall struct {
	task        string // import path and name
	fingerprint uint64 // of the tasks of the program that saved it
	item        int    // of a batch, the one that ran; -1 otherwise
	cause       string
	stacks      string // of the worker's goroutines; may be empty
	args        []byte // encoded
}

// savedMagic begins a file. The last byte before the newline is the version of
// what follows.
const savedMagic = "offing call 1\n"

var errNotSaved = errors.New("not a call saved by this version of offing")

// content returns that of the file.
func (s *savedCall) content() []byte {
	b := make([]byte, 0, s.size())
	b = append(b, savedMagic...)
	b = wire.AppendUint64(wire.AppendString(b, s.task), s.fingerprint)
	b = wire.AppendInt(b, s.item)
	b = wire.AppendString(wire.AppendString(b, s.cause), s.stacks)
	return wire.AppendBytes(b, s.args)
}

// size bounds the length of content: the numbers in it take few bytes.
func (s *savedCall) size() int {
	return len(savedMagic) + len(s.task) + len(s.cause) + len(s.stacks) + len(s.args) + 64
}

// readSaved reads what content returned. It trusts nothing in it.
func readSaved(b []byte) (*savedCall, error) {
	b, ok := bytes.CutPrefix(b, []byte(savedMagic))
	if !ok {
		return nil, errNotSaved
	}
	r := wire.NewReader(b)
	s := &savedCall{task: r.String(), fingerprint: r.Uint64(), item: r.Int()}
	s.cause, s.stacks, s.args = r.String(), r.String(), r.Bytes()
	if err := r.Finish(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSaved, err)
	}
	return s, nil
}

// find returns the task in this program.
func (s *savedCall) find() (*runtime.Task, error) {
	if own := runtime.Fingerprint(); s.fingerprint != own {
		return nil, fmt.Errorf("it was saved by a program whose tasks have fingerprint %016x, those of this one have %016x: "+
			"names or types of tasks differ; build the program from the source of then", s.fingerprint, own)
	}
	for _, t := range runtime.Tasks() {
		if t.Name == s.task {
			return t, nil
		}
	}
	return nil, fmt.Errorf("this program has no task %s", s.task)
}

// file names the file of the call: the same for the same task and arguments,
// so that an input which comes again and again is kept once.
func (s *savedCall) file() string {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64([]byte(s.task), uint64(s.item)))
	h.Write(s.args)
	short := s.task[strings.LastIndexByte(s.task, '/')+1:]
	return fmt.Sprintf("%s-%016x%s", strings.Map(plain, short[:min(len(short), 100)]), h.Sum64(), savedSuffix)
}

// savedSuffix ends the name of a file.
const savedSuffix = ".offing"

// plain replaces what a file system or a shell may take for something else.
func plain(c rune) rune {
	switch {
	case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '.':
		return c
	}
	return '_'
}
