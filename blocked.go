package dingtalk

import "time"

// Blocked returns the error with which a call would fail at this moment without being sent, or nil if it would be sent: an
// *Error of class ErrRateLimited during a ban by DingTalk, and one of class ErrTransient while HTML pages of another site
// come in place of responses. RetryAfter is the time until its end, or until the next probe. Blocked sends nothing: it
// returns what the calls of this client have met, for a health check or a metric.
func (c *Client) Blocked() error {
	if c.gate.clear.Load() {
		return nil
	}
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	now := time.Now()
	if h := c.gate.holdLocked(now); h != nil {
		return h.refuse("", now)
	}
	return nil
}
