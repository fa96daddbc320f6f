package contender

import "bytes"

// called is one call after the other.
func called(p Peer) Job {
	j := Job{PID: p.PID}
	j.Close = p.Close
	j.Run = func(n int) {
		for i := range n {
			v, err := p.Square(i)
			Check(i, v, err)
		}
	}
	return j
}

// echoed looks at all of the first payload, and then at a few bytes only, or
// looking would be what is measured. They differ each time, so that a buffer of the
// time before does not pass.
func echoed(p Peer, size int) Job {
	payload, first := make([]byte, size), true
	for i := range payload {
		payload[i] = byte(i * i >> 8)
	}
	j := Job{PID: p.PID}
	j.Close = p.Close
	j.Run = func(n int) {
		for i := range n {
			payload[0], payload[size/2], payload[size-1] = byte(i), byte(i>>8), byte(i>>16)
			got, err := p.Echo(payload)
			Must(err)
			if len(got) != size || got[0] != byte(i) || got[size/2] != byte(i>>8) || got[size-1] != byte(i>>16) {
				panic("wrong payload")
			}
			if first && !bytes.Equal(got, payload) {
				panic("wrong payload")
			}
			first = false
		}
	}
	return j
}
