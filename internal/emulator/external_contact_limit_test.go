package emulator

import "slices"

// contactEdges returns the limits of the calls for external contacts.
func contactEdges() []edge {
	contact := map[string]any{"follower_user_id": "clerk", "name": "Mei", "label_ids": []any{int64(4700000001)}, "mobile": "13700002222", "state_code": "86"}
	create := call{op: "CreateExternalContact", path: "/topapi/extcontact/create", fields: map[string]any{"contact": contact}}
	update := call{op: "UpdateExternalContact", path: "/topapi/extcontact/update", code: "60121", fields: map[string]any{
		"contact": map[string]any{"user_id": "unknown", "follower_user_id": "clerk", "name": "Mei", "label_ids": []any{int64(4700000001)}},
	}}
	var out []edge
	for _, c := range []call{create, update} {
		for field, entry := range map[string]any{"label_ids": int64(4700000001), "share_dept_ids": 1, "share_user_ids": "clerk"} {
			out = append(out, oneOfThe(c, "contact."+field,
				[]any{slices.Repeat([]any{entry}, 20)}, []any{slices.Repeat([]any{entry}, 21)}))
		}
	}
	list := call{op: "ListExternalContacts", path: "/topapi/extcontact/list", fields: map[string]any{"offset": 0}}
	groups := call{op: "ListExternalContactLabelGroups", path: "/topapi/extcontact/listlabelgroups", fields: map[string]any{"offset": 0}}
	sizes := oneOfThe(list, "size", []any{1, 100}, []any{0, 101})
	sizes.code = "40069"
	groupSizes := oneOfThe(groups, "size", []any{1, 100}, []any{0, 101})
	groupSizes.code = "41101"
	return append(out, sizes, groupSizes)
}
