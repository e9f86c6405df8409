package contract

// externalContactFields describe an external contact in responses.
var externalContactFields = []Field{
	{Name: "title", Type: String},
	{Name: "share_dept_ids", Type: Int64Array},
	{Name: "label_ids", Type: Int64Array},
	{Name: "remark", Type: String},
	{Name: "address", Type: String},
	{Name: "name", Type: String},
	{Name: "follower_user_id", Type: String},
	{Name: "state_code", Type: String},
	{Name: "company_name", Type: String},
	{Name: "share_user_ids", Type: StringArray},
	{Name: "mobile", Type: String}, // not for third-party apps
	{Name: "userid", Type: String, Required: true},
	{Name: "email", Type: String}, // cannot be written
}

// CreateExternalContact adds an external contact.
var CreateExternalContact = Endpoint{
	Name: "CreateExternalContact", Title: "Add an external contact",
	Doc: bothPages("add-enterprise-external-contacts"), Method: "POST", Path: "/topapi/extcontact/create",
	Permission: WriteExternalContacts,
	Write:      true, Repeat: Never, Payload: TopLevel,
	Request: []Field{{Name: "contact", Type: Object, Required: true, Fields: []Field{
		{Name: "title", Type: String},
		{Name: "label_ids", Type: Int64Array, Required: true, Max: 20},
		{Name: "share_dept_ids", Type: Int64Array, Max: 20},
		{Name: "address", Type: String},
		{Name: "remark", Type: String},
		{Name: "follower_user_id", Type: String, Required: true},
		{Name: "name", Type: String, Required: true},
		{Name: "state_code", Type: String, Required: true},
		{Name: "company_name", Type: String},
		{Name: "share_user_ids", Type: StringArray, Max: 20},
		{Name: "mobile", Type: String, Required: true},
	}}},
	Response: []Field{{Name: "userid", Type: String, Required: true}},
	Errors:   []int{-1, 22005, 33009, 40036, 43007, 60103, 60112, 60204, 60205},
}

// UpdateExternalContact changes an external contact, but not its mobile number. Whether an optional field that is absent
// keeps its value is not documented.
var UpdateExternalContact = Endpoint{
	Name: "UpdateExternalContact", Title: "Update an external contact",
	Doc: bothPages("update-enterprise-external-contacts"), Method: "POST", Path: "/topapi/extcontact/update",
	Permission: WriteExternalContacts,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{{Name: "contact", Type: Object, Required: true, Fields: []Field{
		{Name: "title", Type: String, Zero: true},
		{Name: "label_ids", Type: Int64Array, Required: true, Max: 20},
		{Name: "share_dept_ids", Type: Int64Array, Max: 20},
		{Name: "address", Type: String, Zero: true},
		{Name: "remark", Type: String, Zero: true},
		{Name: "follower_user_id", Type: String, Required: true},
		{Name: "name", Type: String, Required: true},
		{Name: "user_id", Type: String, Required: true},
		{Name: "company_name", Type: String, Zero: true},
		{Name: "share_user_ids", Type: StringArray, Max: 20},
	}}},
	Errors: []int{-1, 33009, 40003, 40036, 43007, 60103, 60112, 60121, 60200, 60203, 60204},
}

// DeleteExternalContact removes an external contact.
var DeleteExternalContact = Endpoint{
	Name: "DeleteExternalContact", Title: "Delete an external contact",
	Doc: bothPages("delete-external-contact"), Method: "POST", Path: "/topapi/extcontact/delete",
	Permission: WriteExternalContacts,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{{Name: "user_id", Type: String, Required: true}},
	Errors:  []int{33009, 33012, 43007, 400001},
}

// GetExternalContact reads an external contact.
var GetExternalContact = Endpoint{
	Name: "GetExternalContact", Title: "Obtain the details of an external contact",
	Doc: bothPages("obtains-the-external-contact-details-of-an-enterprise"), Method: "POST", Path: "/topapi/extcontact/get",
	Permission: ReadExternalContacts,
	Repeat:     Always, Payload: UnderResult,
	Request:  []Field{{Name: "user_id", Type: String, Required: true}},
	Response: externalContactFields,
	Errors:   []int{33009, 33012, 43007, 400001},
}

// ListExternalContacts reads a page of the external contacts. A response does not say whether there are more: the last
// page is shorter than size.
var ListExternalContacts = Endpoint{
	Name: "ListExternalContacts", Title: "Obtain the list of external contacts",
	Doc: bothPages("obtain-the-external-contact-list"), Method: "POST", Path: "/topapi/extcontact/list",
	Permission: ReadExternalContacts,
	Repeat:     Always, Payload: TopLevel,
	Request: []Field{ // effective together only
		{Name: "size", Type: Int64, Min: 1, Max: 100, Code: 40069},
		{Name: "offset", Type: Int64, Zero: true, Code: 40068}, // from 0
	},
	Response: []Field{{Name: "results", Type: ObjectArray, Required: true, Fields: externalContactFields}},
	Errors:   []int{33009, 40068, 40069, 400001},
}

// ListExternalContactLabelGroups reads a page of the groups of labels for external contacts. Its pages are those of
// ListExternalContacts.
var ListExternalContactLabelGroups = Endpoint{
	Name: "ListExternalContactLabelGroups", Title: "Obtain a list of external contact tags",
	Doc: bothPages("obtains-a-list-of-external-contact-tags"), Method: "POST", Path: "/topapi/extcontact/listlabelgroups",
	Permission: ReadExternalContacts,
	Repeat:     Always, Payload: TopLevel,
	Request: []Field{ // effective together only
		{Name: "size", Type: Int64, Min: 1, Max: 100, Code: 41101},
		{Name: "offset", Type: Int64, Zero: true, Code: 40068}, // from 0
	},
	Response: []Field{{Name: "results", Type: ObjectArray, Required: true, Fields: []Field{
		{Name: "name", Type: String},
		{Name: "color", Type: Int64}, // ARGB, as a negative number
		{Name: "labels", Type: ObjectArray, Fields: []Field{
			{Name: "name", Type: String},
			{Name: "id", Type: Int64},
		}},
	}}},
	Errors: []int{-1, 33009, 40068, 41101, 400043},
}
