package kitchen

import "time"

// A Sink has a field of every kind.
type Sink struct {
	Words        Words
	Named        Named
	Numbers      Numbers
	NamedNumbers NamedNumbers
	Series       Series
	Discreet     Discreet
	Embedding    Embedding
	Anonymous    Anonymous
	Empty        Empty
	Mixed        Mixed
	Fixed        *Fixed
	Arrays       *Arrays
	Pointers     Pointers
	Slices       Slices
	Hollows      Hollows
	Lines        Lines
	Maps         Maps
	Keys         Keys
	List         List
	Nested       Nested
	Directory    Directory
	Grove        Grove
	Team         *Team
	Pair         Pair[string, int32]
	Node         *Node[string]
	Instances    Instances
	Foreign      Foreign
	Time         time.Time
	Appointment  Appointment
	Links        Links
	Nets         Nets
	Amounts      Amounts
	Methods      Methods
	Codes        Codes
	Failure      Failure
	err          error
}

// EchoSink returns v.
//
//offing:task
func EchoSink(v Sink) Sink { return v }
