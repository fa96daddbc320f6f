// The command goplugin calls hashicorp/go-plugin, in each of its protocols.
package main

import (
	"context"
	"net/rpc"
	"strconv"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/offing-go/offing/bench/process/contender"
	"github.com/offing-go/offing/bench/process/contender/grpcservice"
	"github.com/offing-go/offing/bench/process/contender/netrpcservice"
	"google.golang.org/grpc"
)

var handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "OFFING_BENCH_PLUGIN", MagicCookieValue: "1"}

// One plugin in each of go-plugin's protocols; which protocol it is, the version
// decides.
var plugins = map[int]plugin.PluginSet{
	1: {"bench": netRPCPlugin{}},
	2: {"bench": grpcPlugin{}},
}

func main() {
	contender.Main(map[string]contender.Kind{
		"go-plugin, net/rpc": {Open: func(int) contender.Peer { return open(1) }},
		"go-plugin, gRPC":    {Open: func(int) contender.Peer { return open(2) }},
	}, func(string) { serve() })
}

// A netRPCPlugin is the service of net/rpc.
type netRPCPlugin struct{}

// Server returns what is registered.
func (netRPCPlugin) Server(*plugin.MuxBroker) (any, error) { return netrpcservice.Service{}, nil }

// Client returns a peer; go-plugin registers all services as Plugin.
func (netRPCPlugin) Client(_ *plugin.MuxBroker, client *rpc.Client) (any, error) {
	return netrpcservice.Peer(client, "Plugin"), nil
}

// A grpcPlugin is the service of gRPC.
type grpcPlugin struct{ plugin.NetRPCUnsupportedPlugin }

// GRPCServer registers the service.
func (grpcPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	s.RegisterService(&grpcservice.Service, nil)
	return nil
}

// GRPCClient returns a peer.
func (grpcPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, client *grpc.ClientConn) (any, error) {
	return grpcservice.Peer(client), nil
}

func serve() {
	contender.ServeUntilParentEnds()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: handshake, VersionedPlugins: plugins,
		GRPCServer: grpcservice.NewServer, Logger: hclog.NewNullLogger(),
	})
}

// open starts a plugin that speaks one of the two protocols.
func open(version int) contender.Peer {
	server := contender.NewChild("go-plugin")
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: handshake, VersionedPlugins: map[int]plugin.PluginSet{version: plugins[version]},
		Cmd: server.Cmd, SkipHostEnv: true, Logger: hclog.NewNullLogger(),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolNetRPC, plugin.ProtocolGRPC},
	})
	protocol, err := client.Client()
	contender.Must(err)
	server.Started()
	service, err := protocol.Dispense("bench")
	contender.Must(err)
	p := service.(contender.Peer)
	p.PID = func() int {
		pid, err := strconv.Atoi(client.ID())
		contender.Must(err)
		return pid
	}
	p.Close = func() { client.Kill(); server.Release() }
	return p
}
