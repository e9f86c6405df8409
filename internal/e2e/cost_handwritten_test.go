//go:build !race

package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// handUser has the fields of a user as one would write them by hand, without regard to the unusual forms in which the
// service writes some of them.
type handUser struct {
	UserID        string `json:"userid"`
	UnionID       string `json:"unionid"`
	Name          string `json:"name"`
	Avatar        string `json:"avatar"`
	StateCode     string `json:"state_code"`
	Mobile        string `json:"mobile"`
	HideMobile    bool   `json:"hide_mobile"`
	Telephone     string `json:"telephone"`
	JobNumber     string `json:"job_number"`
	Title         string `json:"title"`
	Email         string `json:"email"`
	OrgEmail      string `json:"org_email"`
	OrgEmailType  string `json:"org_email_type"`
	WorkPlace     string `json:"work_place"`
	Remark        string `json:"remark"`
	Extension     string `json:"extension"`
	ManagerUserID string `json:"manager_userid"`
	HiredDate     int64  `json:"hired_date"`

	DeptIDList    []int64 `json:"dept_id_list"`
	DeptOrderList []struct {
		DeptID int64 `json:"dept_id"`
		Order  int64 `json:"order"`
	} `json:"dept_order_list"`
	DeptPositionList []struct {
		DeptID    int64  `json:"dept_id"`
		IsMain    bool   `json:"is_main"`
		Title     string `json:"title"`
		WorkPlace string `json:"work_place"`
	} `json:"dept_position_list"`
	LeaderInDept []struct {
		DeptID int64 `json:"dept_id"`
		Leader bool  `json:"leader"`
	} `json:"leader_in_dept"`
	RoleList []struct {
		ID        int64  `json:"id"`
		Name      string `json:"name"`
		GroupName string `json:"group_name"`
	} `json:"role_list"`

	Active           bool `json:"active"`
	RealAuthed       bool `json:"real_authed"`
	Senior           bool `json:"senior"`
	Admin            bool `json:"admin"`
	Boss             bool `json:"boss"`
	ExclusiveAccount bool `json:"exclusive_account"`
}

// handMember is a user as a member of a department, written by hand as well.
type handMember struct {
	UserID     string  `json:"userid"`
	UnionID    string  `json:"unionid"`
	Name       string  `json:"name"`
	Avatar     string  `json:"avatar"`
	StateCode  string  `json:"state_code"`
	Mobile     string  `json:"mobile"`
	HideMobile bool    `json:"hide_mobile"`
	Telephone  string  `json:"telephone"`
	JobNumber  string  `json:"job_number"`
	Title      string  `json:"title"`
	Email      string  `json:"email"`
	OrgEmail   string  `json:"org_email"`
	WorkPlace  string  `json:"work_place"`
	Remark     string  `json:"remark"`
	DeptIDList []int64 `json:"dept_id_list"`
	DeptOrder  int64   `json:"dept_order"`
	Extension  string  `json:"extension"`
	HiredDate  int64   `json:"hired_date"`

	Active           bool `json:"active"`
	Admin            bool `json:"admin"`
	Boss             bool `json:"boss"`
	Leader           bool `json:"leader"`
	ExclusiveAccount bool `json:"exclusive_account"`
}

// handPage is a page of members.
type handPage struct {
	HasMore    bool         `json:"has_more"`
	NextCursor int64        `json:"next_cursor"`
	List       []handMember `json:"list"`
}

// handCreated is the response to a create.
type handCreated struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"`
}

// member is a member of a department as the service writes it.
const member = `{"userid":"zhao.min","unionid":"Kd83hQpLmZx7TtYc2RbWgiEiE","name":"赵敏",` +
	`"avatar":"https://static.example.com/media/zhao.min_100_100.jpg","state_code":"86","mobile":"13800001234",` +
	`"hide_mobile":false,"telephone":"010-88880000-21","job_number":"E-2041","title":"技术总监",` +
	`"email":"zhao.min@example.com","org_email":"zhao.min@mail.example.com","work_place":"未来科技城3号楼",` +
	`"remark":"由旧系统迁移","dept_id_list":[1,724960197],"dept_order":176219045660082512,` +
	`"extension":"{\"爱好\":\"旅游\",\"年龄\":\"24\"}","hired_date":1666108800000,` +
	`"active":true,"admin":true,"boss":false,"leader":true,"exclusive_account":false}`

// handClient is a client as one would write it by hand with net/http and encoding/json.
type handClient struct {
	http  *http.Client
	token string
}

// handCall makes a call and decodes its response.
func handCall[T any](ctx context.Context, c handClient, path string, in any) (*T, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	address := dingtalk.BaseURLInternational + path + "?access_token=" + url.QueryEscape(c.token)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var response struct {
		ErrCode   int    `json:"errcode"`
		ErrMsg    string `json:"errmsg"`
		RequestID string `json:"request_id"`
		Result    T      `json:"result"`
	}
	if err := json.Unmarshal(data, &response); err != nil {
		return nil, err
	}
	if response.ErrCode != 0 {
		return nil, fmt.Errorf("errcode %d: %s", response.ErrCode, response.ErrMsg)
	}
	return &response.Result, nil
}
