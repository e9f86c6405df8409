package survey

import (
	"context"
	"net/http"
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
