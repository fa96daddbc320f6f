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
	task   string // import path and name
	shape  string // of its parameters and results, in the program that saved it
	item   int    // of a batch, the one that ran; -1 otherwise
	cause  string
	stacks string // of the worker's goroutines; may be empty
	args   []byte // encoded
}

// savedMagic begins a file. The last byte before the newline is the version of
// what follows.
const savedMagic = "offing call 1\n"

var errNotSaved = errors.New("not a call saved by this version of offing")

// content returns that of the file.
func (s *savedCall) content() []byte {
	b := make([]byte, 0, s.size())
	b = append(b, savedMagic...)
	b = wire.AppendString(wire.AppendString(b, s.task), s.shape)
	b = wire.AppendInt(b, s.item)
	b = wire.AppendString(wire.AppendString(b, s.cause), s.stacks)
	return wire.AppendBytes(b, s.args)
}

// size bounds the length of content: the numbers in it take few bytes.
func (s *savedCall) size() int {
	return len(savedMagic) + len(s.task) + len(s.shape) + len(s.cause) + len(s.stacks) + len(s.args) + 64
}

// readSaved reads what content returned. It trusts nothing in it.
func readSaved(b []byte) (*savedCall, error) {
	b, ok := bytes.CutPrefix(b, []byte(savedMagic))
	if !ok {
		return nil, errNotSaved
	}
	r := wire.NewReader(b)
	s := &savedCall{task: r.String(), shape: r.String(), item: r.Int()}
	s.cause, s.stacks, s.args = r.String(), r.String(), r.Bytes()
	if err := r.Finish(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSaved, err)
	}
	return s, nil
}

// find returns the task in this program, which may differ from the one that
// saved the call in everything else.
func (s *savedCall) find() (*runtime.Task, error) {
	for _, t := range runtime.Tasks() {
		switch {
		case t.Name != s.task:
		case t.Shape != s.shape:
			return nil, fmt.Errorf("task %s is %s in this program and was %s in the one that saved it: "+
				"build the program from the source of then", s.task, t.Shape, s.shape)
		default:
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
