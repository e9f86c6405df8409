package provision

import (
	"context"
	"fmt"
	"slices"
)

// checkManagers turns items into conflicts if their manager does not exist and will not be created. A person whose
// manager is also created waits for that; people who wait for each other are never created.
func (m *planner) checkManagers(ctx context.Context, items []Item) error {
	exists := func(manager string) bool { return manager == "" || m.users[manager] != nil }
	creates := map[string]bool{}   // userids of the people to create
	waiting := map[string][]int{}  // the items of those of them whose manager is not exists, by the manager
	creatable := map[string]bool{} // userids of the people who can be created
	var ready []string
	for i := range items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if items[i].Action != ActionCreate {
			continue
		}
		creates[items[i].UserID] = true
		if manager := items[i].manager(); exists(manager) {
			ready = append(ready, items[i].UserID)
		} else {
			waiting[manager] = append(waiting[manager], i)
		}
	}
	for ; len(ready) > 0; ready = ready[1:] {
		creatable[ready[0]] = true
		for _, i := range waiting[ready[0]] {
			if err := ctx.Err(); err != nil {
				return err
			}
			ready = append(ready, items[i].UserID)
		}
	}
	for i := range items {
		it := &items[i]
		manager := it.manager()
		if it.Action != ActionCreate && it.Action != ActionUpdate || exists(manager) || creatable[manager] {
			continue
		}
		it.Action, it.UnionID, it.Changes = ActionConflict, "", nil
		it.Reason = fmt.Sprintf("the manager %s is not in the organization and cannot be created", manager)
		if creates[manager] {
			it.Reason = fmt.Sprintf("the manager %s cannot be created first", manager)
		}
	}
	return nil
}

// manager returns the manager whom an item sets, or "".
func (it *Item) manager() string {
	i := slices.IndexFunc(it.Changes, func(c Change) bool { return c.Field == "manager_userid" })
	if i < 0 {
		return ""
	}
	return it.Changes[i].New
}

// stages returns the tasks in the order in which they can be done: the tasks of one stage at once, after those of the
// stages before. People whose managers are created come in a stage after them, and deletions come last. It returns nil
// once ctx has ended.
func stages(ctx context.Context, tasks []*task) [][]*task {
	depth := map[string]int{} // by the userid of a create; -1: unknown
	for _, t := range tasks {
		if t.item.Action == ActionCreate {
			depth[t.item.UserID] = -1
		}
	}
	reports := map[string][]string{} // creates by their manager, who is also created
	var ready []string
	for _, t := range tasks {
		if t.item.Action != ActionCreate {
			continue
		}
		if _, waits := depth[t.item.manager()]; waits {
			reports[t.item.manager()] = append(reports[t.item.manager()], t.item.UserID)
		} else {
			depth[t.item.UserID] = 0
			ready = append(ready, t.item.UserID)
		}
	}
	deepest := 0
	for ; len(ready) > 0; ready = ready[1:] {
		for _, id := range reports[ready[0]] {
			if ctx.Err() != nil {
				return nil
			}
			depth[id] = depth[ready[0]] + 1
			deepest = max(deepest, depth[id])
			ready = append(ready, id)
		}
	}
	all := make([][]*task, deepest+3) // after the deepest: the people whom it manages; then deletions
	for _, t := range tasks {
		stage := 0
		above, waits := depth[t.item.manager()]
		switch {
		case t.item.Action == ActionDelete:
			stage = len(all) - 1
		case waits && above < 0: // managers of each other, in a plan that NewPlan did not make
			stage = deepest + 1
		case waits:
			stage = above + 1
		}
		all[stage] = append(all[stage], t)
	}
	return all
}
