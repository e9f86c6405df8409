package console

import (
	"fmt"
	"net/url"
	"strings"
)

// link returns the address of a path below the root. Its parts become escaped segments.
func (c *console) link(parts ...any) string {
	segments := make([]string, len(parts))
	for i, part := range parts {
		segments[i] = url.PathEscape(fmt.Sprint(part))
	}
	return (&url.URL{Path: c.base}).EscapedPath() + root + strings.Join(segments, "/")
}

// userLink returns the address of the page of a person. A userid of dots and slashes goes into the query: even escaped, a
// browser resolves "." and ".." as directories, and http.ServeMux ends the segment at "/".
func (c *console) userLink(userid string) string {
	if strings.Trim(userid, "./") == "" {
		return c.link("users", "") + "?" + url.Values{"userid": {userid}}.Encode()
	}
	return c.link("users", userid)
}
