//go:build !linux

package shm

// Create returns an error: there is no such memory here.
func Create(int) (*Memory, error) { return nil, errUnavailable }

// Open returns an error: nobody can have handed memory down here. The descriptor stays
// as it is.
func Open(uintptr, int) (*Memory, error) { return nil, errUnavailable }

func (m *Memory) reserve(int, int) error { return errUnavailable }

func (m *Memory) giveBack(int, int) error { return errUnavailable }

func unmap([]byte) error { return errUnavailable }
