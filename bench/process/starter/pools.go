package main

import (
	"context"
	"fmt"

	"github.com/offing-go/offing/bench/process/work"
	"github.com/offing-go/offing/runtime/process"
)

// pools are those that have been started and not closed.
type pools []*process.Pool

func (p *pools) obey(times int, command string) error {
	switch command {
	case "start":
		return repeat(times, p.start)
	case "start-close":
		return repeat(times, p.startAndClose)
	case "close":
		p.close()
		return nil
	}
	return fmt.Errorf("there is no command %q", command)
}

func repeat(times int, do func() error) error {
	for range times {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// start is over when the first result is there.
func (p *pools) start() error {
	pool, err := process.NewPool(process.Config{Workers: 1})
	if err != nil {
		return err
	}
	*p = append(*p, pool)
	squared, err := work.CallSquare(context.Background(), pool, 7)
	if err == nil && squared != 49 {
		err = fmt.Errorf("the square of 7 is not %d", squared)
	}
	return err
}

func (p *pools) startAndClose() error {
	defer p.close()
	return p.start()
}

func (p *pools) close() {
	for _, pool := range *p {
		pool.Close()
	}
	*p = nil
}
