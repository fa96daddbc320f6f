package process

import (
	"context"
	"encoding/binary"
	"math"
	"net"

	"github.com/offing-go/offing/bench/process/work"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
)

// rawCodec has messages be their bytes: what is measured is gRPC, not protobuf.
type rawCodec struct{}

func init() { encoding.RegisterCodecV2(rawCodec{}) }

// Name is what the two sides agree on.
func (rawCodec) Name() string { return "raw" }

// Marshal copies nothing.
func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

// Unmarshal has to copy: the buffers go back to gRPC.
func (rawCodec) Unmarshal(message mem.BufferSlice, v any) error {
	*v.(*[]byte) = message.Materialize()
	return nil
}

// service is what protoc would have written.
var service = grpc.ServiceDesc{
	ServiceName: "bench.Service",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		{MethodName: "Square", Handler: unary(squareBytes)},
		{MethodName: "Echo", Handler: unary(func(_ context.Context, payload []byte) ([]byte, error) { return work.Echo(payload), nil })},
	},
}

func unary(do func(context.Context, []byte) ([]byte, error)) grpc.MethodHandler {
	return func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in []byte
		if err := decode(&in); err != nil {
			return nil, err
		}
		out, err := do(ctx, in)
		return &out, err
	}
}

// squareBytes is Square of a number in 8 bytes.
func squareBytes(ctx context.Context, n []byte) ([]byte, error) {
	squared, err := work.Square(ctx, int(binary.LittleEndian.Uint64(n)))
	return binary.LittleEndian.AppendUint64(nil, uint64(squared)), err
}

// newGRPCServer is a server without the limit of 4 MiB a message.
func newGRPCServer(options []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(math.MaxInt32))...)
}

func serveGRPC(l net.Listener) {
	s := newGRPCServer(nil)
	s.RegisterService(&service, nil)
	must(s.Serve(l))
}

func openGRPC() peer {
	conn, server := connected("gRPC")
	client, err := grpc.NewClient("passthrough:///bench",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return conn, nil }),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	must(err)
	p := grpcPeer(client)
	p.pid = server.pid
	p.close = func() { client.Close(); server.end() }
	return p
}

func grpcPeer(client grpc.ClientConnInterface) peer {
	raw := grpc.CallContentSubtype(rawCodec{}.Name())
	call := func(method string, in []byte) (out []byte, err error) {
		return out, client.Invoke(background, "/bench.Service/"+method, &in, &out, raw)
	}
	return peer{
		square: func(n int) (int, error) {
			out, err := call("Square", binary.LittleEndian.AppendUint64(nil, uint64(n)))
			if err != nil {
				return 0, err
			}
			return int(binary.LittleEndian.Uint64(out)), nil
		},
		echo: func(payload []byte) ([]byte, error) { return call("Echo", payload) },
	}
}
