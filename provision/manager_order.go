package provision

import (
	"context"
	"fmt"
	"slices"
)

// managers turns items into conflicts whose manager is not there and will not be. A person whose manager is created,
// too, has to wait for that; those who wait for one another are never created.
func (m *planner) checkManagers(ctx context.Context, items []Item) error {
	there := func(manager string) bool { return manager == "" || m.users[manager] != nil }
	coming := map[string]bool{}  // the people to create
	below := map[string][]int{}  // the items of those of them whose manager is not there, by the manager
	arrived := map[string]bool{} // those of them whose turn comes
	var ready []string
	for i := range items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if items[i].Action != ActionCreate {
			continue
		}
		coming[items[i].UserID] = true
		if manager := items[i].manager(); there(manager) {
			ready = append(ready, items[i].UserID)
		} else {
			below[manager] = append(below[manager], i)
		}
	}
	for ; len(ready) > 0; ready = ready[1:] {
		arrived[ready[0]] = true
		for _, i := range below[ready[0]] {
			if err := ctx.Err(); err != nil {
				return err
			}
			ready = append(ready, items[i].UserID)
		}
	}
	for i := range items {
		it := &items[i]
		manager := it.manager()
		if it.Action != ActionCreate && it.Action != ActionUpdate || there(manager) || arrived[manager] {
			continue
		}
		it.Action, it.UnionID, it.Changes = ActionConflict, "", nil
		it.Reason = fmt.Sprintf("the manager %s is neither in the organisation nor can be created", manager)
		if coming[manager] {
			it.Reason = fmt.Sprintf("the manager %s cannot be created first", manager)
		}
	}
	return nil
}

// manager returns the manager whom an item sets.
func (it *Item) manager() string {
	i := slices.IndexFunc(it.Changes, func(c Change) bool { return c.Field == "manager_userid" })
	if i < 0 {
		return ""
	}
	return it.Changes[i].New
}

// waves returns the tasks in the order in which they can be done: those of one wave at once, after the ones before.
// People whose managers are created come in a wave after these, and deletions come last. It returns nothing once ctx
// has ended.
func stages(ctx context.Context, tasks []*task) [][]*task {
	depth := map[string]int{} // by the userid of a create; -1: not known yet
	for _, t := range tasks {
		if t.item.Action == ActionCreate {
			depth[t.item.UserID] = -1
		}
	}
	below := map[string][]string{} // creates by their manager, who is created, too
	var known []string
	for _, t := range tasks {
		if t.item.Action != ActionCreate {
			continue
		}
		if _, waits := depth[t.item.manager()]; waits {
			below[t.item.manager()] = append(below[t.item.manager()], t.item.UserID)
		} else {
			depth[t.item.UserID] = 0
			known = append(known, t.item.UserID)
		}
	}
	deepest := 0
	for ; len(known) > 0; known = known[1:] {
		for _, id := range below[known[0]] {
			if ctx.Err() != nil {
				return nil
			}
			depth[id] = depth[known[0]] + 1
			deepest = max(deepest, depth[id])
			known = append(known, id)
		}
	}
	all := make([][]*task, deepest+3) // beyond the deepest: those whom it manages; then deletions
	for _, t := range tasks {
		stage := 0
		above, waits := depth[t.item.manager()]
		switch {
		case t.item.Action == ActionDelete:
			stage = len(all) - 1
		case waits && above < 0: // managers of each other, in a plan that Make did not make
			stage = deepest + 1
		case waits:
			stage = above + 1
		}
		all[stage] = append(all[stage], t)
	}
	return all
}
