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

// lookedUp is added to the nanoseconds, which leave two bits free, if the name of the
// zone is to be looked up. Only the sender can tell: a time.FixedZone("CET", 3600) has
// the name of a zone that is not always an hour ahead, and so has what time.Parse makes
// of an abbreviation.
const lookedUp uint32 = 1 << 31

// PutTime puts 16 bytes: the instant to the nanosecond, and the zone's offset. The
// monotonic reading is dropped: it means nothing to another process. The codec
// appends the rest with [AppendZone].
func PutTime(f []byte, v time.Time) {
	offset, mark := zoneOf(v)
	le.PutUint64(f, uint64(v.Unix()))
	le.PutUint32(f[8:], uint32(v.Nanosecond())|mark)
	le.PutUint32(f[12:], uint32(offset))
}

// zoneOf returns what stands for the zone of a time: an offset, and a bit that is added
// to its nanoseconds.
func zoneOf(v time.Time) (offset int32, mark uint32) {
	zone := v.Location()
	switch zone {
	case time.UTC:
		return zoneUTC, 0
	case time.Local:
		return zoneLocal, 0
	}
	abbreviation, seconds := v.Zone()
	if abbreviation == zone.String() && isFixed(v) {
		return int32(seconds), 0
	}
	return int32(seconds), lookedUp
}

// isFixed reports whether the zone of a time, whose abbreviation is its name, cannot be
// told from a time.FixedZone of that name: it is now what it always was and will be. So
// is GMT of the database, for which it is not worth reading a file either. There is no
// winter without a summer, but a database could have one.
func isFixed(v time.Time) bool {
	start, end := v.ZoneBounds()
	return start.IsZero() && end.IsZero() && !v.IsDST()
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
// else a fixed zone of that name and offset. What time.LoadLocationFromTZData made
// is taken for the zone of that name in the database, if there is one and its offset
// at this time is the same, and is fixed otherwise.
func (r *Reader) GetTime(f []byte) time.Time {
	sec, nsec, offset := int64(le.Uint64(f)), le.Uint32(f[8:]), int32(le.Uint32(f[12:]))
	named := nsec&lookedUp != 0 && offset > zoneLocal
	if named {
		nsec &^= lookedUp
	}
	if r.err != nil || nsec >= 1e9 {
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
	if named {
		if zone := zoneNamed(name); zone != nil {
			if in := t.In(zone); hasOffset(in, int(offset)) {
				return in
			}
		}
	}
	return t.In(time.FixedZone(name, int(offset)))
}

func (r *Reader) badTime(nsec uint32) time.Time {
	if r.err == nil {
		r.Fail(fmt.Sprintf("%d nanoseconds", nsec))
	}
	return time.Time{}
}

func hasOffset(t time.Time, offset int) bool {
	_, is := t.Zone()
	return is == offset
}

// zones remembers what the zone database has under a name, and what it has not: to look
// one up reads files, which thirty bytes of input must not cost every time (G12). It is
// for the life of the process, so both have a bound, of their own each: names that are
// none take no room from zones. An honest sender has next to none of them, as only what
// LoadLocationFromTZData made is called like no zone of the database and not fixed.
var zones struct {
	known        sync.Map // string -> *time.Location, nil for a name that the database lacks
	hits, misses atomic.Int32
	next         atomic.Int64 // when one may be looked up again, since began, if there is no more room
}

var began = time.Now()

// Bounds of what is looked up. The database has 600 names, and twice as many again where
// its "posix" and "right" are installed; where file systems do not tell upper case from
// lower there is no end of them. Only hostile senders reach a bound. They must not be
// able to end look-ups for all others then, nor to have one for each of their names, so
// there is one every now and then: until they are gone a zone that was not met before
// may come as a fixed one.
const (
	maxZoneName = 64
	maxHits     = 2048 // of three kilobytes
	maxMisses   = 256
	pause       = 50 * time.Millisecond // a look-up takes 0.01 to 0.05 ms
)

func zoneNamed(name string) *time.Location {
	if !isZoneName(name) {
		return nil
	}
	if zone, known := zones.known.Load(name); known {
		return zone.(*time.Location)
	}
	if full := zones.hits.Load() >= maxHits || zones.misses.Load() >= maxMisses; full && !zoneTurn() {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		remember(name, nil, &zones.misses, maxMisses)
		return nil
	}
	remember(name, zone, &zones.hits, maxHits)
	return zone
}

// zoneTurn reports whether the pause is over, and begins another if it is.
func zoneTurn() bool {
	now, next := int64(time.Since(began)), zones.next.Load()
	return now >= next && zones.next.CompareAndSwap(next, now+int64(pause))
}

// remember adds a name to zones unless there are already as many of its kind as count
// may say.
func remember(name string, zone *time.Location, count *atomic.Int32, most int32) {
	if count.Add(1) > most {
		count.Add(-1)
		return
	}
	if _, known := zones.known.LoadOrStore(strings.Clone(name), zone); known {
		count.Add(-1) // another goroutine was there first
	}
}

// isZoneName reports whether the database could have a zone of this name. Its names are
// paths, and time.LoadLocation takes each spelling of one, such as ".//Europe/Berlin": of
// these only one may be believed. UTC and Local are not in the database.
func isZoneName(name string) bool {
	if len(name) > maxZoneName || name == "UTC" || name == "Local" {
		return false
	}
	inElement := false
	for _, c := range []byte(name) {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '_', c == '-', c == '+':
			inElement = true
		case c == '/' && inElement:
			inElement = false
		default:
			return false
		}
	}
	return inElement
}
