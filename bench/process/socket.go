package process

import (
	"net"
	"os"
	"path/filepath"
)

// connected starts a server and returns a connection to it over a unix socket.
// The server inherits the listener, so nobody has to wait until it listens, which
// is the fastest start that a server on a socket can have.
func connected(server string) (net.Conn, *child) {
	dir, err := os.MkdirTemp("", "offing-bench")
	must(err)
	defer os.RemoveAll(dir)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "socket"), Net: "unix"})
	must(err)
	defer l.Close()
	theirs, err := l.File()
	must(err)
	c := newChild(server, theirs).start()
	conn, err := net.DialUnix("unix", nil, l.Addr().(*net.UnixAddr))
	must(err)
	return conn, c
}
