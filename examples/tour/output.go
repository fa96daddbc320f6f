package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
)

// printed is a logger that shows what tasks print, and nothing else of a log
// line: its time and worker do not matter here.
var printed = slog.New(printer{})

// quiet is a logger for the chapter whose workers die loudly.
var quiet = slog.New(slog.DiscardHandler)

type printer struct{}

func (printer) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }
func (p printer) WithAttrs([]slog.Attr) slog.Handler             { return p }
func (p printer) WithGroup(string) slog.Handler                  { return p }

func (printer) Handle(_ context.Context, r slog.Record) error {
	_, err := fmt.Println(r.Message)
	return err
}

// progress draws a line that grows, if somebody can see it.
func progress(done, total int) {
	if s, err := os.Stdout.Stat(); err != nil || s.Mode()&os.ModeCharDevice == 0 {
		return
	}
	const width = 40
	n := done * width / total
	fmt.Printf("\r  [%s%s] %d of %d files", strings.Repeat("=", n), strings.Repeat(" ", width-n), done, total)
	if done == total {
		fmt.Print("\r\033[K")
	}
}
