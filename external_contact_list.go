package dingtalk

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ListExternalContactsRequest selects a page of the external contacts.
type ListExternalContactsRequest struct {
	Size   int64  `json:"size,omitzero"`   // 1 to 100; 0 is 100
	Offset *int64 `json:"offset,omitzero"` // from 0; nil is 0
}

// withDefaults sets both fields, because the service ignores each of them without the other.
func (r ListExternalContactsRequest) withDefaults() ListExternalContactsRequest {
	r.Size, r.Offset = cmp.Or(r.Size, maxContactPage), orZero(r.Offset)
	return r
}

// ListExternalContactsResponse is a page of the external contacts. A page with fewer than Size is the last one.
type ListExternalContactsResponse struct {
	Results []ExternalContact `json:"results"`
}

// ListExternalContactLabelGroupsRequest selects a page of the groups of labels.
type ListExternalContactLabelGroupsRequest struct {
	Size   int64  `json:"size,omitzero"`   // 1 to 100; 0 is 100
	Offset *int64 `json:"offset,omitzero"` // from 0; nil is 0
}

// withDefaults sets both fields, because the service ignores each of them without the other.
func (r ListExternalContactLabelGroupsRequest) withDefaults() ListExternalContactLabelGroupsRequest {
	r.Size, r.Offset = cmp.Or(r.Size, maxContactPage), orZero(r.Offset)
	return r
}

// ListExternalContactLabelGroupsResponse is a page of the groups of labels. A page with fewer than Size is the last one.
type ListExternalContactLabelGroupsResponse struct {
	Results []LabelGroup `json:"results"`
}

// LabelGroup is a group of labels for external contacts.
type LabelGroup struct {
	Name   string  `json:"name"`
	Color  int64   `json:"color"` // ARGB in 32 bits, as a negative number
	Labels []Label `json:"labels"`
}

// Label is a label for external contacts. Each organization has its own, with IDs of its own.
type Label struct {
	Name string `json:"name"`
	ID   int64  `json:"id"`
}

// ListExternalContacts reads a page of the external contacts. ExternalContacts iterates over all pages.
//
// DingTalk docs: "Obtain the list of external contacts",
// https://help.dingtalk.io/open/development/obtain-the-external-contact-list
func (c *Client) ListExternalContacts(ctx context.Context, req ListExternalContactsRequest) (*ListExternalContactsResponse, error) {
	return call[ListExternalContactsResponse](ctx, c, &contract.ListExternalContacts, req.withDefaults())
}

// ExternalContacts iterates over the external contacts, page by page, and yields each once. An error is the last pair; one
// that matches ErrUnsupported says that the service repeats a page. A contact may be missed if another one is deleted
// meanwhile, because the pages have no cursor but an offset.
func (c *Client) ExternalContacts(ctx context.Context, req ListExternalContactsRequest) iter.Seq2[ExternalContact, error] {
	req = req.withDefaults()
	id := func(contact ExternalContact) string { return contact.UserID }
	return offsetPages(&contract.ListExternalContacts, *req.Offset, req.Size, id, func(offset int64) ([]ExternalContact, error) {
		page, err := c.ListExternalContacts(ctx, ListExternalContactsRequest{Size: req.Size, Offset: &offset})
		if err != nil {
			return nil, err
		}
		return page.Results, nil
	})
}

// ListExternalContactLabelGroups reads a page of the groups of labels for external contacts. ExternalContactLabelGroups
// iterates over all pages.
//
// DingTalk docs: "Obtain a list of external contact tags",
// https://help.dingtalk.io/open/development/obtains-a-list-of-external-contact-tags
func (c *Client) ListExternalContactLabelGroups(ctx context.Context, req ListExternalContactLabelGroupsRequest) (*ListExternalContactLabelGroupsResponse, error) {
	return call[ListExternalContactLabelGroupsResponse](ctx, c, &contract.ListExternalContactLabelGroups, req.withDefaults())
}

// ExternalContactLabelGroups iterates over the groups of labels for external contacts, like ExternalContacts. Groups have no
// IDs: one that is the same in all its fields is yielded once.
func (c *Client) ExternalContactLabelGroups(ctx context.Context, req ListExternalContactLabelGroupsRequest) iter.Seq2[LabelGroup, error] {
	req = req.withDefaults()
	all := func(group LabelGroup) string { return fmt.Sprint(group) }
	return offsetPages(&contract.ListExternalContactLabelGroups, *req.Offset, req.Size, all, func(offset int64) ([]LabelGroup, error) {
		page, err := c.ListExternalContactLabelGroups(ctx, ListExternalContactLabelGroupsRequest{Size: req.Size, Offset: &offset})
		if err != nil {
			return nil, err
		}
		return page.Results, nil
	})
}

// offsetPages yields the items of a list whose pages have an offset alone, each item once by its key. A page that is
// shorter than the size is the last one.
func offsetPages[T any](
	ep *contract.Endpoint, first, size int64, key func(T) string, fetch func(offset int64) ([]T, error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[string]struct{}{}
		pages(ep, first, func(offset int64) ([]T, int64, bool, error) {
			page, err := fetch(offset)
			if err != nil {
				return nil, 0, false, err
			}
			var fresh []T
			for _, item := range page {
				if _, again := seen[key(item)]; !again {
					seen[key(item)] = struct{}{}
					fresh = append(fresh, item)
				}
			}
			more := int64(len(page)) >= size
			if more && len(fresh) == 0 {
				return nil, 0, false, &Error{Op: ep.Name, Err: errCursor, class: ErrUnsupported}
			}
			return fresh, offset + int64(len(page)), more, nil
		})(yield)
	}
}
