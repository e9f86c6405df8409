package console

import "net/http"

// user is all that is known of a person.
func (c *console) user(r *http.Request) (page, error) {
	userid := r.PathValue("userid")
	if userid == "" {
		userid = r.URL.Query().Get("userid")
	}
	u, found := c.server.User(userid)
	if !found {
		return page{}, errNotFound
	}
	return page{template: "user.html", section: "organisation", live: true, content: u}, nil
}

var userTexts = texts{
	"user.title": {"Person", "人员"},
}
