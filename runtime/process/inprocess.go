package process

import (
	"context"
	"log/slog"
	"os"

	"github.com/offing-go/offing/runtime"
)

// inProcessEnv makes pools run calls in this process.
const inProcessEnv = "OFFING_INPROCESS"

// openInProcess returns the pool that one of configuration c delegates to if
// the environment says so, and nil otherwise. Whatever c says of processes
// means nothing then.
func openInProcess(c *Config) (*runtime.Pool, error) {
	if os.Getenv(inProcessEnv) != "1" {
		return nil, nil
	}
	c.logger().Warn("offing: "+inProcessEnv+"=1: calls run on goroutines of this process, and nothing protects it from them",
		"pool", c.Name)
	return runtime.NewPool(runtime.PoolConfig{Name: c.Name, Workers: c.Workers, Queue: c.Queue, Logger: c.Logger})
}

// statsInProcess returns a snapshot of the pool in this process. Its states are not its
// own: all such pools have them together.
func (p *Pool) statsInProcess() runtime.Stats {
	s := p.inProcess.Stats()
	s.States = runtime.OpenStates()
	return s
}

// shutdownInProcess is Shutdown of the pool in this process.
func (p *Pool) shutdownInProcess(ctx context.Context) error {
	if err := p.inProcess.Shutdown(ctx); err != nil {
		return err
	}
	return p.closeStates(ctx)
}

// closeInProcess is Close of the pool in this process. States have the grace, as those of
// a worker.
func (p *Pool) closeInProcess() error {
	err := p.inProcess.Close()
	ctx, cancel := context.WithTimeout(context.Background(), p.config.Grace)
	defer cancel()
	if late := p.closeStates(ctx); late != nil {
		p.report(slog.LevelWarn, "offing: states of workers are not closed yet", slog.Any("error", late))
	}
	return err
}

// closeStates closes the states that no call has, and waits for it until ctx ends.
func (p *Pool) closeStates(ctx context.Context) error {
	if !runtime.HasConstructors() {
		return nil
	}
	done := make(chan struct{})
	go func() { // the user's Close may hang
		defer close(done)
		for _, err := range runtime.CloseStates() {
			p.report(slog.LevelError, "offing: a worker's state was not closed", slog.Any("error", err))
		}
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// submitInProcess submits c to the pool in this process. Arguments and results
// are encoded all the same, so that what does not cross shows here too.
func (p *Pool) submitInProcess(ctx context.Context, c runtime.Call) {
	runtime.RoundTrip(p.inProcess).Submit(ctx, c)
}
