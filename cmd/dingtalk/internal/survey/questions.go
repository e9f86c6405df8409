package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// question is something that the documentation leaves open. Its answer holds codes, counts and words of this program
// alone.
type question struct {
	name, text string
	ask        func(ctx context.Context, p *prober) string
}

// missing is an ID that no department has.
const missing = 999_999_999_999

var questions = []question{
	{"token-repeated", "Does a second /gettoken return the same token, and which expires_in?", repeatedToken},
	{"wrong-secret", "What does /gettoken say to a wrong secret?", func(ctx context.Context, p *prober) string {
		return p.tokenOutcome(ctx, p.config.ClientID, invented("secret"))
	}},
	{"wrong-app", "What does /gettoken say to an unknown client ID?", func(ctx context.Context, p *prober) string {
		return p.tokenOutcome(ctx, invented("app"), invented("secret"))
	}},
	{"wrong-token", "What does the legacy API say to an unknown token?", func(ctx context.Context, p *prober) string {
		return p.withWrongToken(func(c *dingtalk.Client) error {
			_, err := c.GetAuthScopes(ctx)
			return err
		})
	}},
	{"wrong-token-new", "What does the new API say to an unknown token?", func(ctx context.Context, p *prober) string {
		return p.withWrongToken(func(c *dingtalk.Client) error {
			_, err := c.SearchUsers(ctx, dingtalk.SearchUsersRequest{QueryWord: invented("user"), Size: 1})
			return err
		})
	}},
	{"unknown-call", "What does the legacy API say to a call that does not exist?", func(ctx context.Context, p *prober) string {
		return p.do(ctx, dingtalk.Operation{Name: "NoSuchCall", Path: "/topapi/v2/user/nosuchcall"}, nil)
	}},
	{"unknown-call-new", "What does the new API say to a call that does not exist?", func(ctx context.Context, p *prober) string {
		return p.do(ctx, dingtalk.Operation{Name: "NoSuchCall", Method: http.MethodGet, Path: "/v1.0/contact/nosuchcall"}, nil)
	}},
	{"unknown-user", "What does the service say about an unknown user?", func(ctx context.Context, p *prober) string {
		_, err := p.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: invented("user")})
		return p.outcome(err)
	}},
	{"unknown-unionid", "What does the service say about an unknown union ID?", func(ctx context.Context, p *prober) string {
		_, err := p.client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: invented("union")})
		return p.outcome(err)
	}},
	{"unknown-department", "What does the service say about an unknown department?", func(ctx context.Context, p *prober) string {
		_, err := p.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: missing})
		return p.outcome(err)
	}},
	{"unknown-in-app-code", "What does the service say to an unknown in-app code, and has the response a request ID?", func(ctx context.Context, p *prober) string {
		_, err := p.client.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: dingtalk.NewSecret(invented("code"))})
		return p.outcome(err)
	}},
	{"unknown-login-code", "What does the service say to an unknown code of the login page?", func(ctx context.Context, p *prober) string {
		_, err := p.client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: dingtalk.NewSecret(invented("code"))})
		return p.outcome(err)
	}},
	{"list-of-101", "What does a user list say to a size of 101, one above the documented maximum?", func(ctx context.Context, p *prober) string {
		return p.do(ctx, userList, map[string]any{"dept_id": dingtalk.RootDepartmentID, "cursor": 0, "size": 101})
	}},
	{"empty-list", "Is the list of a department without members left out, empty or null?", emptyList},
	{"search-of-201", "What does a search say to a size of 201?", func(ctx context.Context, p *prober) string {
		return p.do(ctx, userSearch, map[string]any{"queryWord": invented("user"), "offset": 0, "size": 201})
	}},
	{"search-offset", "Does the offset of a search count records or pages?", searchOffset},
	{"external-defaults", "Does the list of external contacts need offset and size?", func(ctx context.Context, p *prober) string {
		return p.do(ctx, dingtalk.Operation{Name: "ListExternalContacts", Path: "/topapi/extcontact/list", TopLevel: true}, nil)
	}},
	{"leave-order", "In which order are the records of those who left?", leaveOrder},
	{"leave-end", "Do the records of those who left take an end time?", func(ctx context.Context, p *prober) string {
		now := time.Now().UTC()
		_, err := p.client.ListLeaveRecords(ctx, dingtalk.ListLeaveRecordsRequest{
			StartTime: now.AddDate(0, 0, -30).Format(time.RFC3339), EndTime: now.Add(-time.Minute).Format(time.RFC3339),
		})
		return p.outcome(err)
	}},
	{"department-shape", "Which fields have departments, and which are left out when they are empty?", func(ctx context.Context, p *prober) string {
		_, err := p.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: dingtalk.RootDepartmentID})
		if err == nil {
			_, err = p.client.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{DeptID: dingtalk.RootDepartmentID})
		}
		return p.outcome(err)
	}},
	{"user-shape", "Which fields have users, and which are left out when they are empty?", userShape},
}

var (
	userList   = dingtalk.Operation{Name: "ListUsers", Path: "/topapi/v2/user/list"}
	userSearch = dingtalk.Operation{Name: "SearchUsers", Path: "/v1.0/contact/users/search"}
)

// do makes a call with a request of its own, and returns the outcome.
func (p *prober) do(ctx context.Context, op dingtalk.Operation, req any) string {
	return p.outcome(p.client.Do(ctx, op, req, nil))
}

func (p *prober) tokenOutcome(ctx context.Context, id, secret string) string {
	c, err := p.newClient(id, secret)
	if err == nil {
		_, err = c.Token(ctx)
	}
	return p.outcome(err)
}

func (p *prober) withWrongToken(call func(c *dingtalk.Client) error) string {
	c, err := p.newClient(p.config.ClientID, p.config.ClientSecret, dingtalk.WithTokenSource(dingtalk.StaticToken(invented("token"))))
	if err == nil {
		err = call(c)
	}
	return p.outcome(err)
}

func repeatedToken(ctx context.Context, p *prober) string {
	var expires []string
	var tokens []string
	for _, fetch := range []func(context.Context) (dingtalk.Token, error){p.client.Token, p.client.RenewToken} {
		token, err := fetch(ctx)
		if err != nil {
			p.stopped = true // every further call would meet it
			return p.outcome(err)
		}
		tokens = append(tokens, token.Value.Reveal())
		body, _ := p.rec.lastObject()
		seconds, _ := body["expires_in"].(json.Number)
		expires = append(expires, seconds.String())
	}
	return fmt.Sprintf("the same: %t; expires_in %s, then %s", tokens[0] == tokens[1], expires[0], expires[1])
}

func emptyList(ctx context.Context, p *prober) string {
	const most = 20 // departments to look at
	looked := 0
	for d, err := range p.client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}) {
		switch {
		case err != nil:
			return p.outcome(err)
		case d.OwningMemberCount == 0:
			if err := p.client.Do(ctx, userList, map[string]any{"dept_id": d.DeptID, "cursor": 0, "size": 100}, nil); err != nil {
				return p.outcome(err)
			}
			body, _ := p.rec.lastObject()
			result, _ := body["result"].(map[string]any)
			return listForm(result)
		}
		if looked++; looked == most {
			break
		}
	}
	return "there is no such department"
}

func listForm(result map[string]any) string {
	list, found := result["list"]
	entries, _ := list.([]any)
	switch {
	case !found:
		return "left out"
	case list == nil:
		return "null"
	case len(entries) == 0:
		return "empty"
	}
	return "not empty"
}

// searchOffset searches for a character of names that several people have, two at a time.
func searchOffset(ctx context.Context, p *prober) string {
	u, err := p.anyUser(ctx)
	if u == nil {
		return p.outcome(err)
	}
	const size = 2
	for _, r := range u.Name {
		page := func(offset int64) []string {
			res, searchErr := p.client.SearchUsers(ctx, dingtalk.SearchUsersRequest{QueryWord: string(r), Offset: offset, Size: size})
			if err = searchErr; err != nil {
				return nil
			}
			return res.List
		}
		first, second, third := page(0), page(1), page(2)
		switch {
		case err != nil:
			return p.outcome(err)
		case len(first) < size || len(third) == 0:
			continue // too few people have the character
		case slices.Equal(third, second):
			return "neither"
		case len(second) > 0 && second[0] == first[1]:
			return "records"
		case !slices.Contains(second, first[0]) && !slices.Contains(second, first[1]):
			return "pages"
		}
	}
	return "undecided"
}

// anyUser returns a user of one of the topmost departments, or nil.
func (p *prober) anyUser(ctx context.Context) (*dingtalk.User, error) {
	const most = 20 // departments to look at
	looked := 0
	for d, err := range p.client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}) {
		if err != nil {
			return nil, err
		}
		list, err := p.client.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: d.DeptID})
		if err != nil {
			return nil, err
		}
		if len(list.UserIDList) > 0 {
			return p.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: list.UserIDList[0]})
		}
		if looked++; looked == most {
			break
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

func leaveOrder(ctx context.Context, p *prober) string {
	res, err := p.client.ListLeaveRecords(ctx, dingtalk.ListLeaveRecordsRequest{StartTime: time.Now().UTC().AddDate(0, 0, -364).Format(time.RFC3339)})
	if err != nil {
		return p.outcome(err)
	}
	times := make([]string, len(res.Records))
	for i, r := range res.Records {
		times[i] = r.LeaveTime // in one form, so that texts have the order of times
	}
	switch {
	case len(slices.Compact(slices.Clone(times))) < 2:
		return "too few to tell"
	case slices.IsSorted(times):
		return "oldest first"
	}
	slices.Reverse(times)
	if slices.IsSorted(times) {
		return "latest first"
	}
	return "none"
}

func userShape(ctx context.Context, p *prober) string {
	_, err := p.anyUser(ctx)
	return p.outcome(err)
}

func number(n int) string { return strconv.Itoa(n) }

func statusText(status int) string { return "HTTP " + strconv.Itoa(status) }
