// Package netrpcservice is a service of net/rpc: with a connection of its own, and in a
// plugin.
package netrpcservice

import (
	"net/rpc"

	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/plain"
)

// A Service is the functions in the form that net/rpc calls.
type Service struct{}

// Square returns n squared.
func (Service) Square(n int, squared *int) (err error) {
	*squared, err = plain.Square(n)
	return err
}

// Echo returns what it is given.
func (Service) Echo(payload []byte, echoed *[]byte) error {
	*echoed = plain.Echo(payload)
	return nil
}

// Peer calls a service under the name that it was registered with. It has neither a
// process nor an end.
func Peer(client *rpc.Client, service string) contender.Peer {
	return contender.Peer{
		Square: func(n int) (squared int, err error) {
			return squared, client.Call(service+".Square", n, &squared)
		},
		Echo: func(payload []byte) (echoed []byte, err error) {
			return echoed, client.Call(service+".Echo", payload, &echoed)
		},
	}
}
