//go:build !linux

package process

import (
	"errors"
	"os/exec"
)

// A cgroup is nothing here.
type cgroup struct{}

func (c *Config) checkCgroup() error {
	if c.Cgroup != "" {
		return errors.New("Cgroup: there are control groups on Linux only")
	}
	return nil
}

func newCgroup(*Config) (cgroup, error) { return cgroup{}, nil }

func (cgroup) join(*exec.Cmd) {}

func (cgroup) started() {}

func (cgroup) kill() {}

func (cgroup) overran() bool { return false }

func (cgroup) close() {}
