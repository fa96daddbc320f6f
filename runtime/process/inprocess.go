package process

import (
	"context"
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

// Unwrap returns the executor that this pool only stands for if OFFING_INPROCESS is set,
// and nil otherwise. It is for package runtime.
func (p *Pool) Unwrap() runtime.Executor {
	if p.inProcess == nil {
		return nil
	}
	return runtime.RoundTrip(p.inProcess)
}

// submitInProcess submits c to the pool in this process. Arguments and results
// are encoded all the same, so that what does not cross shows here too.
func (p *Pool) submitInProcess(ctx context.Context, c runtime.Call) {
	runtime.RoundTrip(p.inProcess).Submit(ctx, c)
}
