package dingtalkbolt

import "time"

// Option changes a setting of Open.
type Option func(*settings)

type settings struct {
	lockTimeout time.Duration
}

// WithLockTimeout sets how long Open waits for another process to close the file. The default is 1 s, and the least
// 100 ms.
func WithLockTimeout(d time.Duration) Option {
	return func(s *settings) { s.lockTimeout = d }
}
