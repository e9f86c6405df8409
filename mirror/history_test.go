package mirror

import "fmt"

// history holds all states of an entity in their order, and what the mirror has shown of them.
type history struct {
	states []faces
	number []int // of the change that led to each state

	// What the feed has shown last stands at these places of states, or later.
	listed, detail int
	depts          map[int64]int

	covered int // the last change that an event announced which was accepted after it
}

// add appends a state, unless it is the latest one. It reports whether it was new.
func (h *history) add(f faces, change int) bool {
	if len(h.states) > 0 && h.states[len(h.states)-1].equal(f) {
		return false
	}
	h.states = append(h.states, f)
	h.number = append(h.number, change)
	return true
}

func (h *history) now() faces { return h.states[len(h.states)-1] }

// show checks that a value could be shown after those that were shown before: that the entity was like this at some
// moment, and not only before the moment of the value shown last.
func (h *history) show(f faces, whole bool) error {
	if whole {
		from := max(h.listed, h.detail)
		for _, at := range h.depts {
			from = max(from, at)
		}
		i := h.find(from, f.equal)
		if i < 0 {
			return h.complain("the value", f, from)
		}
		h.listed, h.detail, h.depts = i, i, map[int64]int{}
		for dept := range f.depts {
			h.depts[dept] = i
		}
		return nil
	}
	i := h.find(h.listed, func(s faces) bool { return s.listed == f.listed })
	if i < 0 {
		return h.complain("the listed fields", f, h.listed)
	}
	h.listed = i
	if empty, _ := facesOf(User{}); f.detail != empty.detail { // they are not known yet
		if i = h.find(h.detail, func(s faces) bool { return s.detail == f.detail }); i < 0 {
			return h.complain("the details", f, h.detail)
		}
		h.detail = i
	}
	for dept, value := range f.depts {
		if i = h.find(h.depts[dept], func(s faces) bool { return s.depts[dept] == value }); i < 0 {
			return h.complain(fmt.Sprintf("the order in department %d", dept), f, h.depts[dept])
		}
		if h.depts == nil {
			h.depts = map[int64]int{}
		}
		h.depts[dept] = i
	}
	return nil
}

func (h *history) find(from int, is func(faces) bool) int {
	for i := from; i < len(h.states); i++ {
		if is(h.states[i]) {
			return i
		}
	}
	return -1
}

func (h *history) complain(what string, f faces, from int) error {
	before := h.find(0, func(s faces) bool { return s.listed == f.listed })
	if before < 0 {
		return fmt.Errorf("%s was never true: %s; now %s", what, f, h.now())
	}
	return fmt.Errorf("%s goes back in time: it was true at %d of %d, and %d was shown before: %s; now %s",
		what, before, len(h.states), from, f, h.now())
}
