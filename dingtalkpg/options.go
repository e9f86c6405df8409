package dingtalkpg

import "time"

// Option changes a setting of Open.
type Option func(*settings)

type settings struct {
	schema    string
	leaseTime time.Duration
	faults    []string
}

func (s *settings) require(ok bool, fault string) {
	if !ok {
		s.faults = append(s.faults, fault)
	}
}

// WithSchema names the schema with the tables of the mirror. The default is dingtalk_mirror. Each mirror of a database needs
// its own.
func WithSchema(name string) Option {
	return func(s *settings) {
		s.schema = name
		s.require(name != "" && len(name) <= 63, "WithSchema: a name has 1 to 63 bytes")
	}
}

const minLeaseTime = time.Second

// WithLeaseTime sets how long a process leads that no longer renews its lease, because it was killed or paused: at least
// 1 s. The default is 15 s. The lease is renewed three times in that time.
func WithLeaseTime(d time.Duration) Option {
	return func(s *settings) {
		s.leaseTime = d
		s.require(d >= minLeaseTime, "WithLeaseTime: the time is at least 1 s")
	}
}
