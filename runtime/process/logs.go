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

// logs forwards what a worker writes to standard output and standard error. A
// handler that is slow slows the task down, as a slow terminal would.
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
	go l.forward(bufio.NewReaderSize(l.files[0], maxLine), func(line []byte) { l.print(slog.LevelInfo, string(line)) })
	go l.forward(bufio.NewReaderSize(l.files[1], maxLine), func(line []byte) {
		if !l.stacks.take(line) {
			l.tail.add(line)
			l.print(slog.LevelWarn, string(line))
		}
	})
}

// forward has each line taken. A handler that ends the goroutine, as t.FailNow does, does
// not end what keeps the pipe empty: another one goes on.
func (l *logs) forward(lines *bufio.Reader, take func(line []byte)) {
	ended := false
	defer func() {
		if !ended {
			go l.forward(lines, take)
			return
		}
		l.done <- struct{}{}
	}()
	for !ended {
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			take(bytes.TrimRight(line, "\r\n"))
		}
		ended = err != nil && !errors.Is(err, bufio.ErrBufferFull)
	}
}

// print logs one line.
func (l *logs) print(level slog.Level, line string) { logTo(l.log, level, line, l.attrs...) }

// maxReports is how many reports may wait for a handler that blocks. It gets no more.
const maxReports = 256

// report logs what the pool itself has to say. A handler that blocks is not waited for any
// longer than for the output of a dead worker, and not again while it does, nor does one
// that ends its goroutine end the caller's: that may own a worker, and Close waits for it.
func (p *Pool) report(level slog.Level, message string, attrs ...slog.Attr) {
	stuck := p.reports.Add(1) - 1
	if stuck >= maxReports {
		p.reports.Add(-1)
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer p.reports.Add(-1)
		logTo(p.config.logger, level, message, append(attrs, slog.String("pool", p.config.Name))...)
	}()
	if stuck > 0 {
		return
	}
	select {
	case <-done:
	case <-time.After(logGrace):
	}
}

// logTo logs. A handler is the user's code: one that panics must not end the
// goroutine that keeps the pipes empty or owns a worker.
func logTo(log func() *slog.Logger, level slog.Level, message string, attrs ...slog.Attr) {
	defer func() { _ = recover() }()
	log().LogAttrs(context.Background(), level, message, attrs...)
}

// wait returns when both files have been read to their end and what was read has
// been logged. What escaped from the worker's group may hold the pipes, so they
// are closed after logGrace, and a handler may block, so that is not waited for
// any longer than that again: its goroutine ends when it returns. The worker is
// dead.
func (l *logs) wait() {
	defer l.close()
	if left := l.await(len(l.files)); left > 0 {
		l.close() // the next read fails
		l.await(left)
	}
}

// await waits for n files, at most for logGrace, and returns how many are left.
func (l *logs) await(n int) (left int) {
	timer := time.NewTimer(logGrace)
	defer timer.Stop()
	for ; n > 0; n-- {
		select {
		case <-l.done:
		case <-timer.C:
			return n
		}
	}
	return 0
}

func (l *logs) close() {
	for _, f := range l.files {
		f.Close()
	}
}
