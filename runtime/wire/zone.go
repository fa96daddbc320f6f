package wire

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// timeSize is the number of bytes of a time that are in a block: 8 of seconds, 4
// of nanoseconds, 4 of the offset in seconds east of UTC. The name of the zone
// follows, unless the offset says that it is one of the two which every process
// has.
const timeSize = 16

// What stands in the place of an offset for the zones whose name does not follow.
const (
	zoneUTC   int32 = math.MinInt32
	zoneLocal int32 = math.MinInt32 + 1
)

// PutTime puts 16 bytes: the instant to the nanosecond, and the zone's offset. The
// monotonic reading is dropped: it means nothing to another process. The codec
// appends the rest with [AppendZone].
func PutTime(f []byte, v time.Time) {
	le.PutUint64(f, uint64(v.Unix()))
	le.PutUint32(f[8:], uint32(v.Nanosecond()))
	le.PutUint32(f[12:], uint32(offsetOf(v)))
}

func offsetOf(v time.Time) int32 {
	switch v.Location() {
	case time.UTC:
		return zoneUTC
	case time.Local:
		return zoneLocal
	}
	_, offset := v.Zone()
	return int32(offset)
}

// AppendZone appends what [PutTime] left out: nothing for UTC and the machine's
// own zone, else the name as a string.
func AppendZone(b []byte, v time.Time) []byte {
	zone := v.Location()
	if zone == time.UTC || zone == time.Local {
		return b
	}
	return AppendString(b, zone.String())
}

// AppendTime appends a time as [PutTime] and [AppendZone] do.
func AppendTime(b []byte, v time.Time) []byte {
	var f [timeSize]byte
	PutTime(f[:], v)
	return AppendZone(append(b, f[:]...), v)
}

// Time reads what [AppendTime] appended.
func (r *Reader) Time() time.Time { return r.GetTime(r.Block(timeSize)) }

// GetTime returns the time that begins in f and whose zone comes next in the
// input: UTC, this machine's own zone, one of the zone database by its name, or
// else a fixed zone of that name and offset.
func (r *Reader) GetTime(f []byte) time.Time {
	sec, nsec, offset := int64(le.Uint64(f)), int32(le.Uint32(f[8:])), int32(le.Uint32(f[12:]))
	if r.err != nil || nsec < 0 || nsec >= 1e9 {
		return r.badTime(nsec)
	}
	t := time.Unix(sec, int64(nsec))
	switch offset {
	case zoneUTC:
		return t.UTC()
	case zoneLocal:
		return t
	}
	name := r.String()
	if r.err != nil {
		return time.Time{}
	}
	return inZone(t, name, int(offset))
}

func (r *Reader) badTime(nsec int32) time.Time {
	if r.err == nil {
		r.Fail(fmt.Sprintf("%d nanoseconds", nsec))
	}
	return time.Time{}
}

func inZone(t time.Time, name string, offset int) time.Time {
	if zone := zoneNamed(name); zone != nil {
		if _, o := t.In(zone).Zone(); o == offset {
			return t.In(zone)
		}
	}
	return t.In(time.FixedZone(name, offset))
}

// zones remembers what the zone database has under a name, and what it has not:
// to look one up reads files, which thirty bytes of input must not cost every
// time (G12). What a hostile sender can make it hold is the database, once, and
// some names that are in none.
var zones struct {
	known  sync.Map     // string -> *time.Location, nil for a name that the database lacks
	misses atomic.Int32 // names that it lacks
}

// Bounds of names that are looked up: no zone is called longer, and what comes
// after so many that are none is not believed any more.
const (
	maxZoneName   = 64
	maxZoneMisses = 32
)

func zoneNamed(name string) *time.Location {
	if name == "" || name == "UTC" || len(name) > maxZoneName {
		return nil
	}
	if zone, known := zones.known.Load(name); known {
		return zone.(*time.Location)
	}
	if zones.misses.Load() >= maxZoneMisses {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zones.misses.Add(1)
		zone = nil
	}
	zones.known.Store(strings.Clone(name), zone)
	return zone
}
