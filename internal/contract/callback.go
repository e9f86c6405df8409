package contract

// callbackFields describe an HTTP callback to register.
var callbackFields = []Field{
	{Name: "call_back_tag", Type: StringArray, Required: true, Max: 20, Code: 71010}, // the types of events
	{Name: "token", Type: String, Required: true, Secret: true, Max: 63, Code: 71010},
	{Name: "aes_key", Type: String, Required: true, Secret: true, Max: 43, Code: 71010}, // exactly 43 letters and digits
	{Name: "url", Type: String, Required: true},
}

// RegisterCallback registers the URL to which an app's events are posted. The service first posts a message to the URL,
// whose response must acknowledge it.
var RegisterCallback = Endpoint{
	Name: "RegisterCallback", Title: "Register callback events",
	Doc: chinesePage("register-callback-events"), Method: "POST", Path: "/call_back/register_call_back",
	Write: true, Repeat: Never, Payload: Nothing,
	Request: callbackFields,
	Errors: []int{
		71006, 71008, 71009, 71010, 71011, 71012, 71013,
		400041, 400050, 400051, 400052, 400053, 400054,
	},
}

// UpdateCallback replaces the registration of an app. The service posts to the URL as for RegisterCallback.
var UpdateCallback = Endpoint{
	Name: "UpdateCallback", Title: "Update callback events",
	Doc: chinesePage("update-event-interface"), Method: "POST", Path: "/call_back/update_call_back",
	Write: true, Repeat: Always, Payload: Nothing,
	Request: callbackFields,
	Errors: []int{
		71007, 71008, 71009, 71010, 71011, 71012, 71013,
		400040, 400050, 400051, 400052, 400053, 400054,
	},
}

// GetCallback returns the registration of an app.
var GetCallback = Endpoint{
	Name: "GetCallback", Title: "Query subscribed events",
	Doc: chinesePage("query-subscribed-events"), Method: "GET", Path: "/call_back/get_call_back",
	Repeat: Always, Payload: TopLevel,
	Response: []Field{
		{Name: "call_back_tag", Type: StringArray},
		{Name: "token", Type: String, Secret: true},
		{Name: "aes_key", Type: String, Secret: true},
		{Name: "url", Type: String, Required: true},
	},
	Errors: []int{71007, 400040},
}

// DeleteCallback removes the registration of an app, although it is a GET.
var DeleteCallback = Endpoint{
	Name: "DeleteCallback", Title: "Delete an event callback",
	Doc: chinesePage("delete-an-event-callback-interface"), Method: "GET", Path: "/call_back/delete_call_back",
	Write: true, Repeat: Always, Payload: Nothing,
	Errors: []int{71007, 400040},
}

// GetFailedCallbacks returns events that could not be pushed, 200 at most. Each call removes those that the one before
// has returned, so that it is a write, although it is a GET: repeating it after a lost response loses their events.
var GetFailedCallbacks = Endpoint{
	Name: "GetFailedCallbacks", Title: "Obtain the event list of failed push messages",
	Doc: chinesePage("obtain-the-event-list-of-failed-push-messages"), Method: "GET", Path: "/call_back/get_call_back_failed_result",
	Permission: Base,
	Write:      true, Repeat: Never, Payload: TopLevel,
	Response: []Field{
		{Name: "failed_list", Type: RawArray, Required: true, Unless: "has_more"},
		{Name: "has_more", Type: Bool},
	},
}
