package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/offing-go/offing/runtime"
	"github.com/offing-go/offing/runtime/process"
)

func TestMain(m *testing.M) {
	process.Main()
	os.Exit(m.Run())
}

// A service is one that a test has for itself.
type service struct {
	pool *process.Pool
	url  string
}

func newService(t *testing.T, c process.Config) *service {
	t.Helper()
	c.Memory, c.Grace = 256<<20, time.Millisecond
	pool, err := process.NewPool(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newHandler(pool))
	t.Cleanup(func() {
		server.Close()
		pool.Close()
	})
	return &service{pool, server.URL + "/render"}
}

// await waits until the pool has as many calls as it should.
func (s *service) await(t *testing.T, right func(calls int) bool) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		stats := s.pool.Stats()
		if right(stats.Running + stats.Queued) {
			return
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("the pool has %+v", stats)
		}
	}
}

// What a user sends costs that request, whatever else is being answered.
func TestEachUploadCostsItself(t *testing.T) {
	s := newService(t, process.Config{})
	want := map[string]int{
		"a list": http.StatusOK, "a mistake": http.StatusUnprocessableEntity, "no end": http.StatusGatewayTimeout,
		"too much": http.StatusUnprocessableEntity, "a list again": http.StatusOK,
	}
	var all sync.WaitGroup
	for _, u := range uploads {
		all.Go(func() {
			status, answer, err := send(t.Context(), s.url, u.text)
			if u.name == "too much" && status == http.StatusGatewayTimeout {
				return // the machine is busy: its time was over first
			}
			if err != nil || status != want[u.name] {
				t.Errorf("%s: %d %q, %v; want %d", u.name, status, answer, err, want[u.name])
			}
		})
	}
	all.Wait()
}

func TestFullQueueIsSaidAtOnce(t *testing.T) {
	s := newService(t, process.Config{Workers: 1, Queue: 1})
	ctx, cancel := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	for n := range 2 { // one after the other, or the second may find that the first is queued
		busy.Go(func() { send(ctx, s.url, "{{range 1000000000000}}{{end}}") })
		s.await(t, func(calls int) bool { return calls > n })
	}
	if status, answer, err := send(t.Context(), s.url, "now?"); err != nil || status != http.StatusServiceUnavailable {
		t.Errorf("%d %q, %v", status, answer, err)
	}
	cancel() // who goes away frees the worker
	busy.Wait()
	s.await(t, func(calls int) bool { return calls == 0 })
	if status, answer, err := send(t.Context(), s.url, "now?"); err != nil || status != http.StatusOK || answer != "now?" {
		t.Errorf("%d %q, %v", status, answer, err)
	}
}

func TestTooLong(t *testing.T) {
	s := newService(t, process.Config{Workers: 1})
	if status, _, err := send(t.Context(), s.url, strings.Repeat("x", maxUpload+1)); err != nil || status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d, %v", status, err)
	}
}

func TestStatusOf(t *testing.T) {
	for err, want := range map[error]int{
		runtime.ErrQueueFull:    503,
		runtime.ErrClosed:       503,
		runtime.ErrBroken:       500,
		runtime.ErrCanceled:     499,
		runtime.ErrTimeout:      504,
		runtime.ErrCrashed:      422,
		runtime.ErrMemory:       422,
		errors.New("a mistake"): 422,
	} {
		if got := statusOf(fmt.Errorf("call: %w", err)); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}

func TestShow(t *testing.T) {
	if err := show(t.Context()); err != nil {
		t.Error(err)
	}
}
