package process

import (
	"context"
	"net/rpc"
	"strconv"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

var handshake = plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "OFFING_BENCH_PLUGIN", MagicCookieValue: "1"}

// One plugin in each of go-plugin's protocols; which protocol it is, the version
// decides.
var plugins = map[int]plugin.PluginSet{
	1: {"bench": netRPCPlugin{}},
	2: {"bench": grpcPlugin{}},
}

// A netRPCPlugin is the service of net/rpc.
type netRPCPlugin struct{}

// Server returns what is registered.
func (netRPCPlugin) Server(*plugin.MuxBroker) (any, error) { return Service{}, nil }

// Client returns a peer; go-plugin registers all services as Plugin.
func (netRPCPlugin) Client(_ *plugin.MuxBroker, client *rpc.Client) (any, error) {
	return netRPCPeer(client, "Plugin"), nil
}

// A grpcPlugin is the service of gRPC.
type grpcPlugin struct{ plugin.NetRPCUnsupportedPlugin }

// GRPCServer registers the service.
func (grpcPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	s.RegisterService(&service, nil)
	return nil
}

// GRPCClient returns a peer.
func (grpcPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, client *grpc.ClientConn) (any, error) {
	return grpcPeer(client), nil
}

func servePlugin() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: handshake, VersionedPlugins: plugins,
		GRPCServer: newGRPCServer, Logger: hclog.NewNullLogger(),
	})
}

func openPluginNetRPC() peer { return openPlugin(1) }
func openPluginGRPC() peer   { return openPlugin(2) }

// openPlugin starts a plugin that speaks one of the two protocols.
func openPlugin(version int) peer {
	server := newChild("go-plugin")
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: handshake, VersionedPlugins: map[int]plugin.PluginSet{version: plugins[version]},
		Cmd: server.Cmd, SkipHostEnv: true, Logger: hclog.NewNullLogger(),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolNetRPC, plugin.ProtocolGRPC},
	})
	protocol, err := client.Client()
	must(err)
	server.started()
	service, err := protocol.Dispense("bench")
	must(err)
	p := service.(peer)
	p.pid = func() int {
		pid, err := strconv.Atoi(client.ID())
		must(err)
		return pid
	}
	p.close = func() { client.Kill(); server.lifeline.Close() }
	return p
}
