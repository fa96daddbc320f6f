package codec

import (
	"time"

	"github.com/offing-go/offing/bench/codec/pb"
)

// A vtMessage is what vtprotobuf generates for *M.
type vtMessage interface {
	SizeVT() int
	MarshalToSizedBufferVT(b []byte) (int, error)
}

// ofVT is the codec of a message. Messages are pointers, and what is nested in
// them too: that is how protobuf has it.
func ofVT[M vtMessage](decode func(b []byte) (M, error)) maker[M] {
	return stateless("vtproto",
		func(b []byte, m *M) []byte {
			n := (*m).SizeVT()
			if cap(b) < n {
				b = make([]byte, n)
			}
			_, err := (*m).MarshalToSizedBufferVT(b[:n])
			must(err)
			return b[:n]
		}, decode)
}

var (
	vtPerson  = ofVT(func(b []byte) (*pb.Person, error) { m := new(pb.Person); return m, m.UnmarshalVT(b) })
	vtSmall   = ofVT(func(b []byte) (*pb.Small, error) { m := new(pb.Small); return m, m.UnmarshalVT(b) })
	vtOrder   = ofVT(func(b []byte) (*pb.Order, error) { m := new(pb.Order); return m, m.UnmarshalVT(b) })
	vtFloats  = ofVT(func(b []byte) (*pb.Floats, error) { m := new(pb.Floats); return m, m.UnmarshalVT(b) })
	vtStrings = ofVT(func(b []byte) (*pb.Strings, error) { m := new(pb.Strings); return m, m.UnmarshalVT(b) })
	vtCounts  = ofVT(func(b []byte) (*pb.Counts, error) { m := new(pb.Counts); return m, m.UnmarshalVT(b) })
)

// The values as messages and back, before and after what is measured.

func personToVT(p *Person) *pb.Person {
	return &pb.Person{
		Name: p.Name, BirthDay: uint64(p.BirthDay.UnixNano()), Phone: p.Phone,
		Siblings: int64(p.Siblings), Spouse: p.Spouse, Money: p.Money,
	}
}

func personFromVT(m *pb.Person) Person {
	return Person{
		Name: m.Name, BirthDay: time.Unix(0, int64(m.BirthDay)), Phone: m.Phone,
		Siblings: int(m.Siblings), Spouse: m.Spouse, Money: m.Money,
	}
}

func smallToVT(s *Small) *pb.Small {
	return &pb.Small{A: int64(s.A), B: int64(s.B), C: int64(s.C), D: s.D}
}

func smallFromVT(m *pb.Small) Small { return Small{int(m.A), int(m.B), int(m.C), m.D} }

func orderToVT(o *Order) *pb.Order {
	m := &pb.Order{
		Id: o.ID, Customer: o.Customer, Ship: addressToVT(&o.Ship), Bill: addressToVT(&o.Bill),
		Tags: o.Tags, Paid: o.Paid,
	}
	for _, l := range o.Lines {
		m.Lines = append(m.Lines, &pb.Line{Article: l.Article, Count: int64(l.Count), Price: l.Price})
	}
	return m
}

func orderFromVT(m *pb.Order) Order {
	o := Order{
		ID: m.Id, Customer: m.Customer, Ship: addressFromVT(m.Ship), Bill: addressFromVT(m.Bill),
		Tags: m.Tags, Paid: m.Paid,
	}
	for _, l := range m.Lines {
		o.Lines = append(o.Lines, Line{l.Article, int(l.Count), l.Price})
	}
	return o
}

func addressToVT(a *Address) *pb.Address {
	return &pb.Address{Street: a.Street, City: a.City, Country: a.Country, Zip: int64(a.Zip)}
}

func addressFromVT(m *pb.Address) Address { return Address{m.Street, m.City, m.Country, int(m.Zip)} }

func floatsToVT(v *[]float64) *pb.Floats { return &pb.Floats{V: *v} }

func floatsFromVT(m *pb.Floats) []float64 { return m.V }

func stringsToVT(v *[]string) *pb.Strings { return &pb.Strings{V: *v} }

func stringsFromVT(m *pb.Strings) []string { return m.V }

func countsToVT(v *map[string]int) *pb.Counts {
	m := &pb.Counts{V: map[string]int64{}}
	for k, n := range *v {
		m.V[k] = int64(n)
	}
	return m
}

func countsFromVT(m *pb.Counts) map[string]int {
	v := map[string]int{}
	for k, n := range m.V {
		v[k] = int(n)
	}
	return v
}
