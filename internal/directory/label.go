package directory

// LabelGroup is a group of labels for external contacts.
type LabelGroup struct {
	Name   string
	Color  int64
	Labels []Label
}

// Label is a label for external contacts.
type Label struct {
	ID   int64
	Name string
}

// firstLabelID is beyond 32 bits, as the other IDs, and apart from them.
const firstLabelID = 4_700_000_001

// labelGroups are the groups that the documentation shows. Every organization has them here.
var labelGroups = []LabelGroup{
	labels("类型", -15220075, firstLabelID, "客户", "渠道商", "供应商", "合作伙伴", "面试人员", "其他类型"),
	labels("级别", -11687445, firstLabelID+100, "一般", "重要", "核心"),
	labels("状态", -9599820, firstLabelID+200, "潜在", "意向", "洽谈", "成交", "流失"),
}

func labels(name string, color, first int64, names ...string) LabelGroup {
	g := LabelGroup{Name: name, Color: color}
	for i, name := range names {
		g.Labels = append(g.Labels, Label{first + int64(i), name})
	}
	return g
}

// LabelGroups returns the groups of labels for external contacts, which must not be written to.
func (o *Organization) LabelGroups() []LabelGroup { return labelGroups }

// isLabel reports whether there is a label with an ID.
func isLabel(id int64) bool {
	for _, g := range labelGroups {
		for _, l := range g.Labels {
			if l.ID == id {
				return true
			}
		}
	}
	return false
}
