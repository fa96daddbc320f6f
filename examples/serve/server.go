package main

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/offing-go/offing/runtime"
)

// maxUpload bounds the body of a request, in bytes.
const maxUpload = 1 << 20

// statusClientGone is what nginx logs for a client that did not wait; nobody reads it.
const statusClientGone = 499

// newHandler returns a service that answers POST /render with what the body renders to,
// by calls to ex.
//
// Calls that find the queue full are refused at once, and not made to wait: whoever sent
// them knows better what to do with the time.
func newHandler(ex runtime.Executor) http.Handler {
	ex = runtime.NonBlocking(ex)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /render", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpload))
		if err != nil {
			status := http.StatusBadRequest
			if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
				status = http.StatusRequestEntityTooLarge
			}
			http.Error(w, err.Error(), status)
			return
		}
		// A client that goes away ends the context, and with it the call.
		page, err := CallRender(r.Context(), ex, string(text))
		if err != nil {
			refuse(w, err)
			return
		}
		io.WriteString(w, page)
	})
	return mux
}

// refuse answers a request whose call failed.
func refuse(w http.ResponseWriter, err error) {
	status := statusOf(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	http.Error(w, err.Error(), status)
}

// statusOf says whose fault it was: that of the service, which may be asked again, or that
// of what was sent, which will not get better.
func statusOf(err error) int {
	switch {
	case errors.Is(err, runtime.ErrQueueFull), errors.Is(err, runtime.ErrClosed):
		return http.StatusServiceUnavailable
	case errors.Is(err, runtime.ErrBroken): // no worker process can be started
		return http.StatusInternalServerError
	case errors.Is(err, runtime.ErrCanceled), errors.Is(err, context.Canceled):
		return statusClientGone
	case errors.Is(err, runtime.ErrTimeout):
		return http.StatusGatewayTimeout
	}
	return http.StatusUnprocessableEntity // ErrMemory, ErrCrashed, or an error of the template's
}
