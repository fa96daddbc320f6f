// Package grpcservice is a service of gRPC: with a connection of its own, and in a plugin.
package grpcservice

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/plain"
	"google.golang.org/grpc"
)

// Service is what protoc would have written.
var Service = grpc.ServiceDesc{
	ServiceName: "bench.Service",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		{MethodName: "Square", Handler: unary(squareBytes)},
		{MethodName: "Echo", Handler: unary(func(payload []byte) ([]byte, error) { return plain.Echo(payload), nil })},
	},
}

func unary(do func([]byte) ([]byte, error)) grpc.MethodHandler {
	return func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in []byte
		if err := decode(&in); err != nil {
			return nil, err
		}
		out, err := do(in)
		return &out, err
	}
}

// squareBytes is Square of a number in 8 bytes.
func squareBytes(n []byte) ([]byte, error) {
	squared, err := plain.Square(int(binary.LittleEndian.Uint64(n)))
	return binary.LittleEndian.AppendUint64(nil, uint64(squared)), err
}

// NewServer is a server without the limit of 4 MiB a message.
func NewServer(options []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(math.MaxInt32))...)
}

// Peer calls the service. It has neither a process nor an end.
func Peer(client grpc.ClientConnInterface) contender.Peer {
	raw := grpc.CallContentSubtype(rawCodec{}.Name())
	call := func(method string, in []byte) (out []byte, err error) {
		return out, client.Invoke(context.Background(), "/bench.Service/"+method, &in, &out, raw)
	}
	return contender.Peer{
		Square: func(n int) (int, error) {
			out, err := call("Square", binary.LittleEndian.AppendUint64(nil, uint64(n)))
			if err != nil {
				return 0, err
			}
			return int(binary.LittleEndian.Uint64(out)), nil
		},
		Echo: func(payload []byte) ([]byte, error) { return call("Echo", payload) },
	}
}
