package main

import (
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// box draws a frame around a title and its lines.
func box(title string, s sheet) string {
	label, value := 0, 0
	for _, line := range s {
		label, value = max(label, columns.Width(line.label)), max(value, columns.Width(line.value))
	}
	inner := max(label+2+value, columns.Width(title)+1)
	rule := strings.Repeat("─", inner+2)
	var b strings.Builder
	b.WriteString("┌─ " + title + " " + strings.Repeat("─", inner-columns.Width(title)-1) + "┐\n")
	for _, line := range s {
		text := columns.Pad(line.label, label) + "  " + line.value
		b.WriteString("│ " + columns.Pad(text, inner) + " │\n")
	}
	b.WriteString("└" + rule + "┘\n")
	return b.String()
}

// wrap cuts a text into lines of at most so many columns, at spaces where there are any.
func wrap(text string, limit int) []string {
	var lines []string
	for paragraph := range strings.Lines(text) {
		var line strings.Builder
		used := 0
		for word := range strings.FieldsSeq(columns.OneLine(paragraph)) {
			if used > 0 && used+1+columns.Width(word) > limit {
				lines = append(lines, line.String())
				line.Reset()
				used = 0
			}
			if used > 0 {
				line.WriteByte(' ')
				used++
			}
			for _, r := range word {
				if used+columns.RuneWidth(r) > limit {
					lines = append(lines, line.String())
					line.Reset()
					used = 0
				}
				line.WriteRune(r)
				used += columns.RuneWidth(r)
			}
		}
		if used > 0 {
			lines = append(lines, line.String())
		}
	}
	return lines
}
