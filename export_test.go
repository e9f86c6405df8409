package dingtalk

// LimitAnswers lowers the size that an answer may have: to exceed the real limit often takes long.
func LimitAnswers(c *Client, bytes int64) { c.rest.Limit = bytes }
