package console

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// editPage holds what the page of a form shows.
type editPage struct {
	editForm
	Stored   stored // what is changed
	Cancel   string
	Sections []editFields
	Options  []departmentOption // the departments that fields suggest
	Refusal  *refusal           // of no field that is shown
	Errors   bool
}

// Title returns the key of the title.
func (p editPage) Title() string { return "edit." + p.Name }

// refusal is a refusal of the server with the person who has a value that is taken.
type refusal struct {
	*emulator.Refusal
	Holder personLink
}

// edit returns the page of a form, as it is at first.
func (c *console) edit(r *http.Request) (page, error) {
	f, found := editForms()[r.PathValue("form")]
	if !found {
		return page{}, errNotFound
	}
	query := r.URL.Query()
	at, values := stored{}, url.Values{}
	if f.Creates() {
		parent := cmp.Or(query.Get("department"), strconv.FormatInt(contract.RootDepartmentID, 10))
		values.Set("dept_id_list", parent)
		values.Set("parent_id", parent)
	} else if at, found = c.stored(f, query.Get(f.Key)); !found {
		return page{}, errNotFound
	}
	values.Set(f.Key, at.ID)
	for name, value := range at.values {
		values.Set(name, value)
		values.Set(wasField(name), value)
	}
	return c.showForm(f, at, values, nil, nil), nil
}

// submit makes the call of a form and redirects to the page of what it changed, or shows the form with what is wrong.
func (c *console) submit(w http.ResponseWriter, r *http.Request) {
	f, found := editForms()[r.PathValue("form")]
	if !found {
		c.page(notFound).ServeHTTP(w, r)
		return
	}
	if !readForm(w, r) {
		return
	}
	values := r.PostForm
	at, exists := stored{}, false
	if !f.Creates() {
		at, exists = c.stored(f, values.Get(f.Key))
	}
	if !exists {
		at = stored{ID: values.Get(f.Key), Page: c.link()}
	}
	if f.Sections == nil && exists && !values.Has(confirmedField) {
		c.serve(w, r, c.showForm(f, at, values, nil, nil))
		return
	}
	arguments, wrong := f.arguments(values)
	if len(wrong) > 0 {
		c.serve(w, r, c.showForm(f, at, values, wrong, nil))
		return
	}
	result, refused := c.server.Administer(r.Context(), f.Endpoint.Name, arguments)
	if refused != nil {
		c.serve(w, r, c.showForm(f, at, values, nil, refused))
		return
	}
	to, _ := url.Parse(c.resultPage(f, at, result)) // a link of the console
	query := to.Query()
	query.Set("done", f.Name)
	to.RawQuery = query.Encode()
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// resultPage returns the address of the page that shows what a call did.
func (c *console) resultPage(f editForm, at stored, result json.RawMessage) string {
	switch {
	case f.Sections == nil:
		return at.After
	case !f.Creates():
		return at.Page
	}
	var created struct {
		UserID string `json:"userid"`
		DeptID int64  `json:"dept_id"`
	}
	_ = json.Unmarshal(result, &created) // the emulator encoded it
	if f.Labels == "user" {
		return c.userLink(created.UserID)
	}
	return c.link("departments", created.DeptID)
}

// showForm returns the page of a form with values and what is wrong with them. A form without fields asks.
func (c *console) showForm(f editForm, at stored, values url.Values, wrong map[string]fieldError, refused *emulator.Refusal) page {
	var p page
	if f.Sections == nil {
		question := confirmation{
			Title: "edit." + f.Name, Text: "edit." + f.Name + ".lost", Submit: "edit.delete", Subject: at,
			Action: c.link("edit", f.Name), Values: url.Values{f.Key: {values.Get(f.Key)}}, Cancel: cmp.Or(at.Page, c.link()),
		}
		if refused != nil {
			question.Refusal = c.refusal(refused)
		}
		p = question.page("organization")
	} else {
		content := c.editPage(f, at, values, wrong, refused)
		p = page{template: "edit.html", section: "organization", content: content}
	}
	p.address = c.link("edit", f.Name)
	if !f.Creates() {
		p.address += "?" + url.Values{f.Key: {at.ID}}.Encode()
	}
	if refused != nil || len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

func (c *console) refusal(refused *emulator.Refusal) *refusal {
	shown := refusal{Refusal: refused}
	if refused.Holder != "" {
		shown.Holder = c.personLink(refused.Holder)
	}
	return &shown
}

// doneNotice returns the key of what a form did that led to a page, or the empty text.
func doneNotice(r *http.Request) string {
	if key := "edit.done." + r.URL.Query().Get("done"); editMessages.have(key) {
		return key
	}
	return ""
}
