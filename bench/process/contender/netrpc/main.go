// The command netrpc calls over net/rpc.
package main

import (
	"net/rpc"

	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/contender/netrpcservice"
	"github.com/offing-go/offing/bench/process/contender/socket"
)

func main() {
	contender.Main(map[string]contender.Kind{"net/rpc": {Open: open, Window: window}}, func(string) { serve() })
}

func serve() {
	contender.ServeUntilParentEnds()
	contender.Must(rpc.Register(netrpcservice.Service{}))
	conn, err := socket.Inherited().Accept()
	contender.Must(err)
	rpc.ServeConn(conn)
}

func open(int) contender.Peer {
	conn, server := socket.Connected()
	p := netrpcservice.Peer(rpc.NewClient(conn), "Service")
	p.PID = server.PID
	p.Close = func() { conn.Close(); server.End() }
	return p
}

func window(w contender.Window) contender.Job {
	conn, server := socket.Connected()
	client := rpc.NewClient(conn)
	calls, squares := make([]*rpc.Call, w.Size), make([]int, w.Size)
	return w.Job(
		func(i int) {
			at := i % w.Size
			calls[at] = client.Go("Service.Square", i, &squares[at], make(chan *rpc.Call, 1))
		},
		func(i int) (int, error) {
			at := i % w.Size
			<-calls[at].Done
			return squares[at], calls[at].Error
		},
		func() { conn.Close(); server.End() })
}
