package process

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"time"
)

// maxLine is where a line of a task's output is cut; the rest is a line too.
const maxLine = 64 << 10

// logGrace is how long the output of a dead worker is awaited. Its own end of
// the pipes is closed by then; only what escaped from its process group may
// hold them.
const logGrace = 200 * time.Millisecond

// logs forwards what a worker writes to standard output and standard error. It
// never stops reading: a full pipe would block the task.
type logs struct {
	files  [2]*os.File
	done   chan struct{} // receives once for each file
	tail   tail          // of standard error, without the stacks
	stacks stacks        // of a worker that is killed for time
	log    func() *slog.Logger
	attrs  []slog.Attr // pool and worker; read only
}

// attrs names the source of a line.
func attrs(c *Config, pid int) []slog.Attr {
	return []slog.Attr{slog.String("pool", c.Name), slog.Int("worker", pid)}
}

// start reads both files until they end; wait must be called.
func (l *logs) start() {
	l.done = make(chan struct{}, len(l.files))
	go l.forward(l.files[0], func(line []byte) { l.print(slog.LevelInfo, string(line)) })
	go l.forward(l.files[1], func(line []byte) {
		if !l.stacks.take(line) {
			l.tail.add(line)
			l.print(slog.LevelWarn, string(line))
		}
	})
}

func (l *logs) forward(f *os.File, take func(line []byte)) {
	defer func() { l.done <- struct{}{} }()
	lines := bufio.NewReaderSize(f, maxLine)
	for {
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			take(bytes.TrimRight(line, "\r\n"))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// print logs one line. A handler that panics must not keep the pipe full.
func (l *logs) print(level slog.Level, line string) {
	defer func() { _ = recover() }()
	l.log().LogAttrs(context.Background(), level, line, l.attrs...)
}

// wait returns when both files have been read to their end, or after logGrace,
// and closes them. The worker is dead.
func (l *logs) wait() {
	timer := time.NewTimer(logGrace)
	defer timer.Stop()
	for range l.files {
		select {
		case <-l.done:
			continue
		case <-timer.C:
		}
		l.close() // the reader's next read fails
		<-l.done
	}
	l.close()
}

func (l *logs) close() {
	for _, f := range l.files {
		f.Close()
	}
}
