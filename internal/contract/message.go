package contract

// SendWorkNotification sends a message to people in the name of the app. It is no call of the client: Do makes it.
var SendWorkNotification = Endpoint{
	Name: "SendWorkNotification", Title: "Send work notifications",
	Doc: chinesePage("asynchronous-sending-of-enterprise-session-messages"), Method: "POST",
	Path:       "/topapi/message/corpconversation/asyncsend_v2",
	Permission: Base,
	// A person receives a message of the same content once a day, so that a second one changes nothing.
	Write: true, Repeat: Always, Payload: TopLevel,
	Request: []Field{
		{Name: "agent_id", Type: Int64, Required: true}, // of the app
		{Name: "userid_list", Type: CommaNames, Max: 100},
		{Name: "dept_id_list", Type: CommaIDs, Max: 20, Code: 400002}, // with sub-departments
		{Name: "to_all_user", Type: Bool},                             // false: one of the lists is required
		{Name: "msg", Type: Object, Required: true, Fields: message},  // at most 2048 bytes
	},
	Response: []Field{{Name: "task_id", Type: Int64, Required: true}},
}

// message holds the type of a message, and one field of the same name with its content.
var message = []Field{
	{Name: "msgtype", Type: String, Enum: []string{"text", "image", "voice", "file", "link", "oa", "markdown", "action_card"}},
	{Name: "text", Type: Object, Fields: []Field{{Name: "content", Type: String}}},
	{Name: "image", Type: Object, Fields: []Field{{Name: "media_id", Type: String}}},
	{Name: "voice", Type: Object, Fields: []Field{{Name: "media_id", Type: String}, {Name: "duration", Type: String}}},
	{Name: "file", Type: Object, Fields: []Field{{Name: "media_id", Type: String}}},
	{Name: "link", Type: Object, Fields: []Field{
		{Name: "messageUrl", Type: String},
		{Name: "picUrl", Type: String},
		{Name: "title", Type: String},
		{Name: "text", Type: String},
	}},
	{Name: "oa", Type: Object, Fields: []Field{
		{Name: "message_url", Type: String},
		{Name: "pc_message_url", Type: String},
		{Name: "head", Type: Object, Fields: []Field{{Name: "bgcolor", Type: String}, {Name: "text", Type: String}}},
		{Name: "status_bar", Type: Object, Fields: []Field{{Name: "status_value", Type: String}, {Name: "status_bg", Type: String}}},
		{Name: "body", Type: Object, Fields: []Field{
			{Name: "title", Type: String},
			{Name: "form", Type: ObjectArray, Fields: []Field{{Name: "key", Type: String}, {Name: "value", Type: String}}},
			{Name: "rich", Type: Object, Fields: []Field{{Name: "num", Type: String}, {Name: "unit", Type: String}}},
			{Name: "content", Type: String},
			{Name: "image", Type: String},
			{Name: "file_count", Type: String},
			{Name: "author", Type: String},
		}},
	}},
	{Name: "markdown", Type: Object, Fields: []Field{{Name: "title", Type: String}, {Name: "text", Type: String}}},
	{Name: "action_card", Type: Object, Fields: []Field{
		{Name: "title", Type: String},
		{Name: "markdown", Type: String},
		{Name: "single_title", Type: String},
		{Name: "single_url", Type: String},
		{Name: "btn_orientation", Type: String, Enum: []string{"0", "1"}},
		{Name: "btn_json_list", Type: ObjectArray, Fields: []Field{{Name: "title", Type: String}, {Name: "action_url", Type: String}}},
	}},
}
