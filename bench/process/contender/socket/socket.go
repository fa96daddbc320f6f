// Package socket has a client and a server meet. Package contender has not: who links
// package net has a program that needs a dynamic linker, if there is a C compiler, and
// starts later.
package socket

import (
	"net"
	"os"
	"path/filepath"

	"github.com/offing-go/offing/bench/process/contender"
)

// Connected starts a server and returns a connection to it over a unix socket.
// The server inherits the listener, so nobody has to wait until it listens, which
// is the fastest start that a server on a socket can have.
func Connected() (net.Conn, *contender.Child) {
	dir, err := os.MkdirTemp("", "offing-bench")
	contender.Must(err)
	defer os.RemoveAll(dir)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "socket"), Net: "unix"})
	contender.Must(err)
	defer l.Close()
	theirs, err := l.File()
	contender.Must(err)
	c := contender.NewChild("socket", theirs).Start()
	conn, err := net.DialUnix("unix", nil, l.Addr().(*net.UnixAddr))
	contender.Must(err)
	return conn, c
}

// Inherited is the socket on which the parent has connected already.
func Inherited() net.Listener {
	l, err := net.FileListener(os.NewFile(contender.FirstFD, "listener"))
	contender.Must(err)
	return l
}
