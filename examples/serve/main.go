// Serve is an HTTP service that runs what its users send: templates, which may never end,
// or fill the memory. Each costs its own request and no other. Run it:
//
//	go run ./examples/serve
//
// starts the service, sends it a few requests and shows the answers;
//
//	go run ./examples/serve -listen :8080
//	curl --data-binary '{{range 3}}{{.}} {{end}}' localhost:8080/render
//
// has it serve until SIGTERM or Ctrl-C, when it finishes what it has begun.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/offing-go/offing/runtime/process"
)

func main() {
	process.Main() // in a worker process: serves tasks and exits

	listen := flag.String("listen", "", "address to serve at; without, a few requests are shown")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := run(ctx, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen string) error {
	if listen == "" {
		return show(ctx)
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	return serve(ctx, l, slog.Default())
}

// serve serves until ctx ends, and finishes what it has begun then. The log is told of
// workers that were killed, and where they were.
func serve(ctx context.Context, l net.Listener, log *slog.Logger) error {
	pool, err := process.NewPool(process.Config{
		Name:   "serve",
		Queue:  100,       // requests that wait; as many run as there are processors
		Memory: 256 << 20, // a worker that needs more is replaced
		Grace:  100 * time.Millisecond,
		Logger: log,
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer pool.Close() // whatever is left after Shutdown
	server := &http.Server{Handler: newHandler(pool), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err = <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	// In this order: requests that are being answered need the pool.
	return errors.Join(server.Shutdown(grace), pool.Shutdown(grace))
}
