// The command grpc calls over gRPC.
package main

import (
	"context"
	"math"
	"net"

	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/contender/grpcservice"
	"github.com/offing-go/offing/bench/process/contender/socket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func main() {
	contender.Main(map[string]contender.Kind{"gRPC": {Open: open}}, func(string) { serve() })
}

func serve() {
	contender.ServeUntilParentEnds()
	s := grpcservice.NewServer(nil)
	s.RegisterService(&grpcservice.Service, nil)
	contender.Must(s.Serve(socket.Inherited()))
}

func open(int) contender.Peer {
	conn, server := socket.Connected()
	client, err := grpc.NewClient("passthrough:///bench",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return conn, nil }),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	contender.Must(err)
	p := grpcservice.Peer(client)
	p.PID = server.PID
	p.Close = func() { client.Close(); server.End() }
	return p
}
