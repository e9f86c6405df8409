package dingtalktest

// SetContactScope changes what the app may see, as WithContactScope sets it, and sends the event of the change.
func (s *Server) SetContactScope(departments []int64, users []string) {
	s.helper()
	s.must(s.emulator.SetContactScope(departments, users))
}

// SetMissingScopes takes permission points such as qyapi_get_member from the app, as WithoutScope does, and gives it all
// others.
func (s *Server) SetMissingScopes(points ...string) {
	s.helper()
	s.must(s.emulator.SetMissingPoints(points))
}
