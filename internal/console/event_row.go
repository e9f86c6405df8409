package console

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// eventRow is an event in the table.
type eventRow struct {
	emulator.EventEntry
	named
	Data    []token
	DataCut bool // more than is shown
	Sent    []deliveryRow
}

// Moment returns when the event happened.
func (e eventRow) Moment() moment { return moment{e.Time} }

// named holds what the body of an event names.
type named struct {
	Operator     *personLink // who did it; nil: not named
	OperatorCode string      // the unionId of who did it, where it is all that is known
	People       []personLink
	Departments  []departmentLink
	Roles        []roleLink
	More         int // that are not shown
}

// departmentLink names a department that may no longer exist.
type departmentLink struct {
	ID   int64
	Name string // empty: it does not exist
}

// roleLink names a role that may no longer exist.
type roleLink struct {
	ID   int64
	Name string // likewise
}

const (
	maxData  = 8 << 10 // bytes of a body that are shown
	maxNamed = 6       // people, departments and roles that are shown of each event
)

// eventRows returns the rows of events.
func (c *console) eventRows(entries []emulator.EventEntry) []eventRow {
	roles := map[int64]string{}
	for _, r := range c.server.Roles() {
		roles[r.ID] = r.Name
	}
	rows := make([]eventRow, len(entries))
	for i, e := range entries {
		rows[i] = eventRow{EventEntry: e, named: c.named(e.Body, roles)}
		rows[i].Data, rows[i].DataCut = cutAt(string(e.Body), maxData)
		for _, d := range e.Deliveries {
			rows[i].Sent = append(rows[i].Sent, deliveryRow{d})
		}
	}
	return rows
}

// named returns what a body names, whatever the case of its fields.
func (c *console) named(body json.RawMessage, roles map[int64]string) (n named) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return named{}
	}
	var people, departments, labels []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch ids := idsOf(fields[name]); strings.ToLower(name) {
		case "userid", "userids", "useridlist":
			people = append(people, ids...)
		case "deptid", "deptids":
			departments = append(departments, ids...)
		case "labelidlist", "roleids":
			labels = append(labels, ids...)
		case "optstaffid":
			if len(ids) == 1 {
				operator := c.personLink(ids[0])
				n.Operator = &operator
			}
		case "operatorunionid":
			n.OperatorCode = strings.Join(ids, " ")
		}
	}
	total := len(people) + len(departments) + len(labels)
	for _, userid := range people[:min(len(people), maxNamed)] {
		n.People = append(n.People, c.personLink(userid))
	}
	n.Departments = c.departmentLinks(numbersOf(departments))
	for _, id := range numbersOf(labels) {
		n.Roles = append(n.Roles, roleLink{id, roles[id]})
	}
	n.More = total - len(n.People) - len(n.Departments) - len(n.Roles)
	return n
}

// idsOf returns the texts and numbers of a value: of a list, or a single one.
func idsOf(value json.RawMessage) (ids []string) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var decoded any
	if decoder.Decode(&decoded) != nil {
		return nil
	}
	list, isList := decoded.([]any)
	if !isList {
		list = []any{decoded}
	}
	for _, v := range list {
		switch v := v.(type) {
		case string:
			ids = append(ids, v)
		case json.Number:
			ids = append(ids, v.String())
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// numbersOf returns the first of the texts that are IDs of departments or roles.
func numbersOf(texts []string) (ids []int64) {
	for _, text := range texts {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && len(ids) < maxNamed {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *console) departmentLinks(ids []int64) (links []departmentLink) {
	paths := c.server.Paths(ids)
	for _, id := range ids {
		link := departmentLink{ID: id}
		if path := breadcrumb(paths[id]); len(path) > 0 {
			link.Name = path.Last().Name
		}
		links = append(links, link)
	}
	return links
}

// deliveryRow is an attempt to deliver an event.
type deliveryRow struct{ emulator.DeliveryEntry }

// deliveryOutcomes holds how the outcomes of an attempt are shown.
var deliveryOutcomes = map[emulator.Outcome]outcome{
	emulator.Waiting:  {"…", "accent", "events.outcome.waiting"},
	emulator.Accepted: {"✓", "good", "events.outcome.accepted"},
	emulator.Refused:  {"✗", "bad", "events.outcome.refused"},
	emulator.Lost:     {"✗", "warn", "events.outcome.lost"},
	emulator.Held:     {"‖", "warn", "events.outcome.held"},
}

// Result returns how the attempt ended.
func (d deliveryRow) Result() outcome { return deliveryOutcomes[d.Outcome] }

// AnswerKey returns the key of the message in place of an answer that is none, or the empty text.
func (d deliveryRow) AnswerKey() string {
	switch d.Answer {
	case emulator.NoReply:
		return "events.answer.late"
	case emulator.NoConnection:
		return "events.answer.unconnected"
	}
	return ""
}

// Took returns how long the app took to answer, or the empty text if it has not.
func (d deliveryRow) Took() string {
	if d.Outcome != emulator.Accepted && d.Outcome != emulator.Refused || d.AnswerKey() != "" {
		return ""
	}
	return formatDuration(d.Ended.Sub(d.Time))
}

// NextMoment returns when the next attempt begins.
func (d deliveryRow) NextMoment() moment { return moment{d.Next} }

// ShortConnection returns the beginning of the ID of the connection, which a row has room for.
func (d deliveryRow) ShortConnection() string { return shortID(d.Connection) }

// Short returns the beginning of the ID of the connection.
func (c connectionRow) Short() string { return shortID(c.ID) }

func shortID(id string) string { return id[:min(len(id), 8)] }

// disturbanceRow is a disturbance that is in effect.
type disturbanceRow struct {
	Types []string // empty: all
	Parts []disturbancePart
}

// disturbancePart is what goes wrong, and how often or for how long.
type disturbancePart struct{ Text, Amount string }

func newDisturbanceRow(d emulator.Disturbance) disturbanceRow {
	row := disturbanceRow{Types: d.Types}
	for _, p := range []struct {
		field       string
		probability float64
	}{
		{"lose", d.Lose}, {"double", d.Double}, {"reorder", d.Reorder}, {"omit_id", d.OmitID}, {"no_ack", d.NoAck}, {"break", d.Break},
		{"wrong_signature", d.WrongSignature}, {"wrong_owner", d.WrongOwner}, {"other_padding", d.OtherPadding},
	} {
		if p.probability > 0 {
			row.Parts = append(row.Parts, disturbancePart{"events.disturb." + p.field, percent(p.probability) + " %"})
		}
	}
	if d.Delay > 0 {
		row.Parts = append(row.Parts, disturbancePart{"events.held", formatDuration(d.Delay)})
	}
	return row
}

// percent returns a probability in percent.
func percent(probability float64) string {
	return strconv.FormatFloat(probability*100, 'g', 4, 64)
}
