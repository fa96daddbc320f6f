package codec

import (
	"github.com/mus-format/mus-go/ord"
	"github.com/mus-format/mus-go/raw"
	"github.com/mus-format/mus-go/varint"
)

// Serializers that copy strings, composed by hand in the style that mus-go
// documents: integers as varints.
var (
	musFloats  = ord.NewSliceSer[float64](raw.Float64)
	musStrings = ord.NewSliceSer[string](ord.String)
	musCounts  = ord.NewMapSer[string, int](ord.String, varint.Int)
	musLines   = ord.NewSliceSer[Line](musLine{})
)

type musPerson struct{}

func (musPerson) Marshal(v Person, bs []byte) (n int) {
	n = ord.String.Marshal(v.Name, bs)
	n += raw.TimeUnixNano.Marshal(v.BirthDay, bs[n:])
	n += ord.String.Marshal(v.Phone, bs[n:])
	n += varint.Int.Marshal(v.Siblings, bs[n:])
	n += ord.Bool.Marshal(v.Spouse, bs[n:])
	return n + raw.Float64.Marshal(v.Money, bs[n:])
}

func (musPerson) Unmarshal(bs []byte) (v Person, n int, err error) {
	var n1 int
	if v.Name, n, err = ord.String.Unmarshal(bs); err != nil {
		return
	}
	v.BirthDay, n1, err = raw.TimeUnixNano.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Phone, n1, err = ord.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Siblings, n1, err = varint.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Spouse, n1, err = ord.Bool.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Money, n1, err = raw.Float64.Unmarshal(bs[n:])
	n += n1
	return
}

func (musPerson) Size(v Person) (size int) {
	size = ord.String.Size(v.Name)
	size += raw.TimeUnixNano.Size(v.BirthDay)
	size += ord.String.Size(v.Phone)
	size += varint.Int.Size(v.Siblings)
	size += ord.Bool.Size(v.Spouse)
	return size + raw.Float64.Size(v.Money)
}

func (musPerson) Skip(bs []byte) (n int, err error) { panic("not used") }

type musSmall struct{}

func (musSmall) Marshal(v Small, bs []byte) (n int) {
	n = varint.Int.Marshal(v.A, bs)
	n += varint.Int.Marshal(v.B, bs[n:])
	n += varint.Int.Marshal(v.C, bs[n:])
	return n + ord.Bool.Marshal(v.D, bs[n:])
}

func (musSmall) Unmarshal(bs []byte) (v Small, n int, err error) {
	var n1 int
	if v.A, n, err = varint.Int.Unmarshal(bs); err != nil {
		return
	}
	v.B, n1, err = varint.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.C, n1, err = varint.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.D, n1, err = ord.Bool.Unmarshal(bs[n:])
	n += n1
	return
}

func (musSmall) Size(v Small) (size int) {
	return varint.Int.Size(v.A) + varint.Int.Size(v.B) + varint.Int.Size(v.C) + ord.Bool.Size(v.D)
}

func (musSmall) Skip(bs []byte) (n int, err error) { panic("not used") }

type musAddress struct{}

func (musAddress) Marshal(v Address, bs []byte) (n int) {
	n = ord.String.Marshal(v.Street, bs)
	n += ord.String.Marshal(v.City, bs[n:])
	n += ord.String.Marshal(v.Country, bs[n:])
	return n + varint.Int.Marshal(v.Zip, bs[n:])
}

func (musAddress) Unmarshal(bs []byte) (v Address, n int, err error) {
	var n1 int
	if v.Street, n, err = ord.String.Unmarshal(bs); err != nil {
		return
	}
	v.City, n1, err = ord.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Country, n1, err = ord.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Zip, n1, err = varint.Int.Unmarshal(bs[n:])
	n += n1
	return
}

func (musAddress) Size(v Address) (size int) {
	return ord.String.Size(v.Street) + ord.String.Size(v.City) + ord.String.Size(v.Country) + varint.Int.Size(v.Zip)
}

func (musAddress) Skip(bs []byte) (n int, err error) { panic("not used") }

type musLine struct{}

func (musLine) Marshal(v Line, bs []byte) (n int) {
	n = ord.String.Marshal(v.Article, bs)
	n += varint.Int.Marshal(v.Count, bs[n:])
	return n + raw.Float64.Marshal(v.Price, bs[n:])
}

func (musLine) Unmarshal(bs []byte) (v Line, n int, err error) {
	var n1 int
	if v.Article, n, err = ord.String.Unmarshal(bs); err != nil {
		return
	}
	v.Count, n1, err = varint.Int.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Price, n1, err = raw.Float64.Unmarshal(bs[n:])
	n += n1
	return
}

func (musLine) Size(v Line) (size int) {
	return ord.String.Size(v.Article) + varint.Int.Size(v.Count) + raw.Float64.Size(v.Price)
}

func (musLine) Skip(bs []byte) (n int, err error) { panic("not used") }

type musOrder struct{}

func (musOrder) Marshal(v Order, bs []byte) (n int) {
	n = varint.Int64.Marshal(v.ID, bs)
	n += ord.String.Marshal(v.Customer, bs[n:])
	n += musAddress{}.Marshal(v.Ship, bs[n:])
	n += musAddress{}.Marshal(v.Bill, bs[n:])
	n += musLines.Marshal(v.Lines, bs[n:])
	n += musStrings.Marshal(v.Tags, bs[n:])
	return n + ord.Bool.Marshal(v.Paid, bs[n:])
}

func (musOrder) Unmarshal(bs []byte) (v Order, n int, err error) {
	var n1 int
	if v.ID, n, err = varint.Int64.Unmarshal(bs); err != nil {
		return
	}
	v.Customer, n1, err = ord.String.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Ship, n1, err = musAddress{}.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Bill, n1, err = musAddress{}.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Lines, n1, err = musLines.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Tags, n1, err = musStrings.Unmarshal(bs[n:])
	if n += n1; err != nil {
		return
	}
	v.Paid, n1, err = ord.Bool.Unmarshal(bs[n:])
	n += n1
	return
}

func (musOrder) Size(v Order) (size int) {
	size = varint.Int64.Size(v.ID)
	size += ord.String.Size(v.Customer)
	size += musAddress{}.Size(v.Ship)
	size += musAddress{}.Size(v.Bill)
	size += musLines.Size(v.Lines)
	size += musStrings.Size(v.Tags)
	return size + ord.Bool.Size(v.Paid)
}

func (musOrder) Skip(bs []byte) (n int, err error) { panic("not used") }
