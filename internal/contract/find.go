package contract

// SearchUsers finds people by a part of their name, its pinyin or their English name. The page calls offset a page
// number, its sample begins with 0; whether it counts pages or records is unknown, and so is the largest size.
var SearchUsers = Endpoint{
	Name: "SearchUsers", Title: "Search for the userids of users",
	Doc: bothPages("address-book-search-user-id"), API: New, Method: "POST", Path: "/v1.0/contact/users/search",
	Permission: SearchAddressList,
	Repeat:     Always, Payload: Whole,
	Request: []Field{
		{Name: "queryWord", Type: String, Required: true},
		{Name: "offset", Type: Int64, Required: true}, // from 0
		{Name: "size", Type: Int64, Required: true},
		{Name: "fullMatchField", Type: Int64}, // 1: the whole name; absent: a part of it
	},
	Response:    foundResponse(StringArray),
	StringCodes: []string{"parameter.error", "system.busy"}, // with HTTP 400 and 500
}

// SearchDepartments finds departments by a part of their name or its pinyin. Its offset and size are those of SearchUsers.
var SearchDepartments = Endpoint{
	Name: "SearchDepartments", Title: "Search for the IDs of departments",
	Doc: bothPages("address-book-search-department-id"), API: New, Method: "POST", Path: "/v1.0/contact/departments/search",
	Permission: SearchAddressList,
	Repeat:     Always, Payload: Whole,
	Request: []Field{
		{Name: "queryWord", Type: String, Required: true},
		{Name: "offset", Type: Int64, Required: true}, // from 0
		{Name: "size", Type: Int64, Required: true},
	},
	Response:    foundResponse(Int64Array),
	StringCodes: []string{"parameter.error", "system.busy"}, // with HTTP 400 and 500
}

// foundResponse returns the fields of the responses of both searches.
func foundResponse(ids Type) []Field {
	return []Field{
		{Name: "hasMore", Type: Bool},
		{Name: "totalCount", Type: Int64},
		{Name: "list", Type: ids, Required: true, Unless: "hasMore"},
	}
}
