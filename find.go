package dingtalk

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// SearchUsersRequest selects a page of the users that a search finds. What Offset counts, records or pages, and the
// largest Size are not known: SearchUsers has no iterator for that reason. Narrow the search instead.
type SearchUsersRequest struct {
	QueryWord      string `json:"queryWord"`               // a part of the name, its pinyin or the English name
	Offset         int64  `json:"offset"`                  // 0: the first page
	Size           int64  `json:"size"`                    // 0: 20
	FullMatchField int64  `json:"fullMatchField,omitzero"` // 1: QueryWord is the whole name
}

// SearchUsersResponse is a page of the users that a search finds, by user ID.
type SearchUsersResponse struct {
	HasMore    bool     `json:"hasMore"`
	TotalCount int64    `json:"totalCount"`
	List       []string `json:"list"`
}

// SearchDepartmentsRequest selects a page of the departments that a search finds. What Offset counts, records or pages,
// and the largest Size are not known.
type SearchDepartmentsRequest struct {
	QueryWord string `json:"queryWord"` // a part of the name or of its pinyin
	Offset    int64  `json:"offset"`    // 0: the first page
	Size      int64  `json:"size"`      // 0: 20
}

// SearchDepartmentsResponse is a page of the departments that a search finds, by ID.
type SearchDepartmentsResponse struct {
	HasMore    bool    `json:"hasMore"`
	TotalCount int64   `json:"totalCount"`
	List       []int64 `json:"list"`
}

// defaultFound is the page of a search by default. The largest one is not documented; this one is in use.
const defaultFound = 20

// SearchUsers finds users by a part of their name, its pinyin or their English name, and returns a page of user IDs.
// FindUsers reads the users as well.
//
// DingTalk docs: "Search for the userids of users",
// https://help.dingtalk.io/open/development/address-book-search-user-id
func (c *Client) SearchUsers(ctx context.Context, req SearchUsersRequest) (*SearchUsersResponse, error) {
	req.Size = cmp.Or(req.Size, defaultFound)
	return call[SearchUsersResponse](ctx, c, &contract.SearchUsers, req)
}

// SearchDepartments finds departments by a part of their name or of its pinyin, and returns a page of department IDs.
//
// DingTalk docs: "Search for the IDs of departments",
// https://help.dingtalk.io/open/development/address-book-search-department-id
func (c *Client) SearchDepartments(ctx context.Context, req SearchDepartmentsRequest) (*SearchDepartmentsResponse, error) {
	req.Size = cmp.Or(req.Size, defaultFound)
	return call[SearchDepartmentsResponse](ctx, c, &contract.SearchDepartments, req)
}

// FindUsers searches for users by a part of their name, its pinyin or their English name, and reads them: first those
// whose whole name is the word, at most 20, then those of the first 20 other matches. If there may be more, which
// SearchUsers tells with HasMore, narrow the search. A search that fails is the last pair; the errors of the users that it
// found are those of UsersByID. Ranging again searches again.
func (c *Client) FindUsers(ctx context.Context, word string) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		var seen []string
		for _, match := range []int64{1, 0} {
			found, err := c.SearchUsers(ctx, SearchUsersRequest{QueryWord: word, FullMatchField: match})
			if err != nil {
				yield(User{}, err)
				return
			}
			users := slices.DeleteFunc(found.List, func(id string) bool { return slices.Contains(seen, id) })
			seen = append(seen, users...)
			for user, err := range c.UsersByID(ctx, UsersByIDRequest{UserIDs: users}) {
				if !yield(user, err) || isFatal(ctx, err) {
					return
				}
			}
		}
	}
}
