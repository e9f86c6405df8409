package console

import "net/http"

// events tells a page what happens, as it happens.
func (c *console) events(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
