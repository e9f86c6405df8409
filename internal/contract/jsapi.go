package contract

import "time"

// GetJSAPITicket obtains the ticket with which an app signs the address of a page that uses the JSAPI. While a ticket
// lives, asking again returns the same one and renews its life, but for MaxTicketLife at most. The request has no body.
var GetJSAPITicket = Endpoint{
	Name: "GetJSAPITicket", Title: "Obtain a jsapiTicket",
	Doc: chinesePage("create-a-jsapi-ticket"), API: New, Method: "POST", Path: "/v1.0/oauth2/jsapiTickets",
	Permission: Base,
	Repeat:     Always, Payload: Whole,
	Response: []Field{
		{Name: "jsapiTicket", Type: String, Required: true, Secret: true},
		{Name: "expireIn", Type: Int64}, // seconds
	},
	StringCodes: []string{"invalidClientIdOrSecret", "systemBusy"}, // with HTTP 400 and 500
}

// MaxTicketLife is how long after its creation a ticket ends, however often it was renewed.
const MaxTicketLife = 24 * time.Hour
