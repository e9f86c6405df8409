package console

import (
	"fmt"
	"net/url"
	"strings"
)

// link is the address of what is below the root: its parts become segments of the path, whatever is in them.
func (c *console) link(parts ...any) string {
	segments := make([]string, len(parts))
	for i, part := range parts {
		segments[i] = url.PathEscape(fmt.Sprint(part))
	}
	return (&url.URL{Path: c.base}).EscapedPath() + root + strings.Join(segments, "/")
}

// userLink is the page of a person. Even when they are escaped, a browser would take "." and ".." for directories and
// http.ServeMux "/" for the end of the path.
func (c *console) userLink(userid string) string {
	if strings.Trim(userid, "./") == "" {
		return c.link("users", "") + "?" + url.Values{"userid": {userid}}.Encode()
	}
	return c.link("users", userid)
}
