package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
)

// uploads are what a service has to live with.
var uploads = []struct{ name, text string }{
	{"a list", "{{range 3}}{{.}}, {{end}}and so on"},
	{"a mistake", "{{if}}"},
	{"no end", "{{range 1000000000000}}{{end}}"},
	{"too much", "{{$s := `x`}}{{range 40}}{{$s = print $s $s}}{{end}}"},
	{"a list again", "{{range 3}}{{.}}, {{end}}and so on"},
}

// show serves at a free port, sends uploads, and prints the answers.
func show(ctx context.Context) error {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- serve(ctx, l, slog.New(slog.DiscardHandler)) }()
	err = sendAll(ctx, "http://"+l.Addr().String()+"/render")
	stop()
	return errors.Join(err, <-served)
}

func sendAll(ctx context.Context, url string) error {
	for _, u := range uploads {
		status, answer, err := send(ctx, url, u.text)
		if err != nil {
			return err
		}
		line, _, _ := strings.Cut(answer, "\n")
		fmt.Printf("%-14s %d  %.55s\n", u.name, status, line)
	}
	return nil
}

// send posts text and returns what the service says.
func send(ctx context.Context, url, text string) (status int, answer string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(text))
	if err != nil {
		return 0, "", err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}
