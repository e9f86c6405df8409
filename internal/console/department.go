package console

import (
	"net/http"
	"strconv"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// rootDepartment is where one begins.
func (c *console) rootDepartment(*http.Request) (page, error) {
	return c.showDepartment(contract.RootDepartmentID)
}

// department is one department: where it is, what is known of it, and who is in it.
func (c *console) department(r *http.Request) (page, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return page{}, errNotFound
	}
	return c.showDepartment(id)
}

func (c *console) showDepartment(id int64) (page, error) {
	d, found := c.server.Department(id)
	if !found {
		return page{}, errNotFound
	}
	return page{template: "department.html", section: "organisation", live: true, content: d}, nil
}

var departmentTexts = texts{
	"department.title": {"Organisation", "组织架构"},
}
