//go:build unix

package process_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/internal/frame"
	parts "github.com/offing-go/offing/runtime/internal/part"
)

// A liar is a worker that does not keep to the protocol.
type liar struct{ out *os.File }

func (l liar) send(h frame.Header, payload []byte) {
	b := append(frame.Begin(nil), payload...)
	frame.Finish(b, h, frame.DefaultLimit)
	l.out.Write(b)
}

// truth is what task square returns for 7.
var truth = append(binary.LittleEndian.AppendUint64([]byte{1}, 49), 0, 0)

// part returns what a part of a batch has for one outcome.
func part(outcome []byte) []byte {
	return parts.Append(nil, outcome, false)
}

// lies are the answers to a call, by name; honest is the header of the right one.
var lies = map[string]func(l liar, honest frame.Header){
	"id":    func(l liar, h frame.Header) { h.ID += 7; l.send(h, nil) },
	"kind":  func(l liar, h frame.Header) { h.Kind = frame.Cancel; l.send(h, nil) },
	"task":  func(l liar, h frame.Header) { h.Task = 1; l.send(h, truth) },
	"half":  func(l liar, h frame.Header) { h.Flags = 0; l.send(h, part(truth)) },
	"cut":   func(l liar, h frame.Header) { h.Flags = 0; l.send(h, append(part(truth), 0xff, 0xff, 0xff, 0x7f, 1)) },
	"empty": func(l liar, h frame.Header) { l.send(h, nil) },
	"junk":  func(l liar, h frame.Header) { l.send(h, bytes.Repeat([]byte{0xff}, 100)) },
	"junk error": func(l liar, h frame.Header) {
		h.Kind = frame.Failure
		l.send(h, bytes.Repeat([]byte{0xff}, 100))
	},
	"nil error": func(l liar, h frame.Header) { h.Kind = frame.Failure; l.send(h, []byte{0, 0}) },
	"early end": func(l liar, h frame.Header) { h.Kind = frame.End; l.send(h, nil) },
	"twice":     func(l liar, h frame.Header) { l.send(h, truth); l.send(h, truth) },
	"no end":    func(l liar, h frame.Header) { h.Flags = 0; l.send(h, part(truth)) },
	"after": func(l liar, h frame.Header) {
		h.Flags = 0
		l.send(h, part(runtime.AppendError([]byte{0}, errTask)))
		for range 2000 {
			l.send(h, part(truth))
		}
		l.send(frame.Header{Kind: frame.End, Flags: frame.Last, ID: h.ID}, nil)
	},
	"length": func(l liar, h frame.Header) { l.promise(h, 1<<32-1) },
	"promise": func(l liar, h frame.Header) {
		l.promise(h, 1<<29)
		os.Exit(0)
	},
	"row of strangers": func(l liar, h frame.Header) { l.row(h.ID, part(truth), part(truth)) },
	"row of others":    func(l liar, h frame.Header) { l.row(h.ID+1, part(truth)) },
	"empty row":        func(l liar, h frame.Header) { l.row(h.ID) },
	"cut row":          func(l liar, h frame.Header) { l.row(h.ID, part(truth)[:7]) },
	"row of junk":      func(l liar, h frame.Header) { l.row(h.ID, part([]byte{0xff, 0xff})) },
	"row":              func(l liar, h frame.Header) { l.row(h.ID, part(truth)) },
	"heir": func(liar, frame.Header) { // dies, and something that left its group has all its pipes
		c := exec.Command("sleep", "1000")
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		c.Start()
		file, _ := os.OpenFile(os.Getenv("PROCESS_TEST_HEIRS"), os.O_APPEND|os.O_WRONLY, 0)
		fmt.Fprintln(file, c.Process.Pid)
		os.Exit(3)
	},
}

// row sends a row of replies that begins with call id.
func (l liar) row(id uint64, parts ...[]byte) {
	l.send(frame.Header{Kind: frame.Outcomes, ID: id}, bytes.Join(parts, nil))
}

// listings are what comes after the greeting, by attack.
var listings = map[string][]byte{
	"listing": frame.Listing{Entries: []frame.Entry{
		{Kind: frame.TaskEntry, Name: "process_test.Square", Shape: "func(string) int"},
		{Kind: frame.TaskEntry, Name: "process_test.Square", Shape: "func(string) int"},
	}}.Append(nil, 1<<20),
	"listing of junk": bytes.Repeat([]byte{0xff}, 100),
	"long listing":    make([]byte, 4<<20),
}

// promise sends a header that announces n bytes, and none of them.
func (l liar) promise(h frame.Header, n uint32) {
	b := frame.Begin(nil)
	frame.Finish(b, h, 0)
	binary.LittleEndian.PutUint32(b, n)
	l.out.Write(b)
}

// hostile is the main function of a worker that lies.
func hostile(attack string) {
	in, l := os.NewFile(3, "tasks"), liar{os.NewFile(4, "results")}
	hello := frame.Greeting{Version: frame.Version, Fingerprint: runtime.Fingerprint()}
	noteStart()
	switch attack {
	case "garbage":
		l.out.Write(bytes.Repeat([]byte{0xa5}, 4096))
		time.Sleep(time.Hour)
	case "version":
		hello.Version++
	case "fingerprint", "listing", "listing of junk", "long listing":
		hello.Fingerprint++
	}
	l.send(frame.Header{Kind: frame.Hello}, append(hello.Append(nil), listings[attack]...))
	if attack == "hello and exit" {
		os.Exit(0)
	}
	calls := frame.NewReader(in, frame.DefaultLimit)
	for {
		h, _, err := calls.Next()
		if err != nil {
			os.Exit(0)
		}
		if lie := lies[attack]; lie != nil {
			lie(l, frame.Header{Kind: frame.Outcome, Flags: frame.Last, ID: h.ID})
		}
	}
}

// noteStart appends a dot to a file for each start.
func noteStart() {
	if f, err := os.OpenFile(os.Getenv("PROCESS_TEST_STARTS"), os.O_APPEND|os.O_WRONLY, 0); err == nil {
		f.WriteString(".")
		f.Close()
	}
}
