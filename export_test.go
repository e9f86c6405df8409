package dingtalk

// LimitAnswers lowers the size that an answer may have: to exceed the real limit often takes long.
func LimitAnswers(c *Client, bytes int64) { c.rest.Limit = bytes }

// LimitSourceAnswers is LimitAnswers for an OAuth2TokenSource.
func LimitSourceAnswers(src TokenSource, bytes int64) {
	LimitAnswers(src.(*oauth2Source).client, bytes)
}
