package process

import (
	"net"
	"net/rpc"

	"github.com/offing-go/offing/bench/process/work"
)

// A Service is the same functions in the form that net/rpc calls.
type Service struct{}

// Square returns n squared.
func (Service) Square(n int, squared *int) (err error) {
	*squared, err = work.Square(background, n)
	return err
}

// Echo returns what it is given.
func (Service) Echo(payload []byte, echoed *[]byte) error {
	*echoed = work.Echo(payload)
	return nil
}

func serveNetRPC(l net.Listener) {
	must(rpc.Register(Service{}))
	conn, err := l.Accept()
	must(err)
	rpc.ServeConn(conn)
}

func openNetRPC() peer {
	conn, server := connected("net/rpc")
	p := netRPCPeer(rpc.NewClient(conn), "Service")
	p.pid = server.pid
	p.close = func() { conn.Close(); server.end() }
	return p
}

// netRPCPeer calls a service under the name that it was registered with.
func netRPCPeer(client *rpc.Client, service string) peer {
	return peer{
		square: func(n int) (squared int, err error) {
			return squared, client.Call(service+".Square", n, &squared)
		},
		echo: func(payload []byte) (echoed []byte, err error) {
			return echoed, client.Call(service+".Echo", payload, &echoed)
		},
	}
}
