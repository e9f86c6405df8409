package console

import "net/url"

// confirmation is a question that a form asks before it does what cannot be undone. It is a page of its own, because
// pages work without JavaScript.
type confirmation struct {
	Title, Text string // keys
	Args        []any  // of the text
	Submit      string // the key of the button that confirms
	Action      string // the address that the form is sent to again
	Values      url.Values
	Cancel      string // the address to return to
	Subject     stored // what the question is about; zero for the whole organization
	Refusal     *refusal
}

// confirmedField is the name of the value with which a form is confirmed.
const confirmedField = "confirmed"

// page returns the page that asks.
func (q confirmation) page(section string) page {
	return page{template: "confirm.html", section: section, address: q.Cancel, content: q}
}
