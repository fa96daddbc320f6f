package kitchen

import "time"

// An Appointment has times among its fields.
type Appointment struct {
	Title   string
	Start   time.Time
	Length  time.Duration
	Month   time.Month
	Day     time.Weekday
	Changed *time.Time
	Repeats []time.Time
	Named   map[string]time.Time
	Span    Span
}

// A Span has the form of times, and none of their methods.
type Span [2]time.Time

// EchoTime returns v.
//
//offing:task
func EchoTime(v time.Time) time.Time { return v }

// EchoAppointment returns v.
//
//offing:task
func EchoAppointment(v Appointment) Appointment { return v }
