package grpcservice

import (
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
