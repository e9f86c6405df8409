package emulator

// foundResponse is the result of the searches.
type foundResponse[ID any] struct {
	HasMore    bool  `json:"hasMore"`
	TotalCount int64 `json:"totalCount"`
	List       []ID  `json:"list"` // never null
}

type searchUsersRequest struct {
	QueryWord      string `arg:"queryWord"`
	Offset         int64  `arg:"offset"`
	Size           int64  `arg:"size"`
	FullMatchField int64  `arg:"fullMatchField"`
}

// searchUsers finds people by name.
//
// Assumed: The searches of the new API count offset in records. A size that is less than 1 or more than 100 and an
// offset that is less than 0 are parameter.error. They find, in upper or lower case, a part of the name, or of the
// nickname in place of the English name, but know no pinyin. Only what is in the contact scope is found, sorted by ID. A
// fullMatchField other than 1 has no effect.
func (s *Server) searchUsers(q searchUsersRequest) (any, error) {
	return found(s.org.FindUsers(q.QueryWord, q.FullMatchField == 1), q.Offset, q.Size)
}

type searchDepartmentsRequest struct {
	QueryWord string `arg:"queryWord"`
	Offset    int64  `arg:"offset"`
	Size      int64  `arg:"size"`
}

// searchDepartments finds departments by name.
func (s *Server) searchDepartments(q searchDepartmentsRequest) (any, error) {
	return found(s.org.FindDepartments(q.QueryWord), q.Offset, q.Size)
}

// maxFound is the largest page of a search.
const maxFound = 100

// found returns a page of what a search has found.
func found[ID any](all []ID, offset, size int64) (any, error) {
	switch {
	case offset < 0:
		return nil, refuse(400002, "offset is less than 0")
	case size < 1 || size > maxFound:
		return nil, refuse(400002, "size is not between 1 and 100")
	}
	total := int64(len(all))
	from := min(offset, total)
	to := min(from+size, total)
	return foundResponse[ID]{HasMore: to < total, TotalCount: total, List: append([]ID{}, all[from:to]...)}, nil
}
