package main

import (
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// box draws a frame with a title around lines.
func box(title string, lines []line) string {
	label, value := 0, 0
	for _, l := range lines {
		label, value = max(label, columns.Width(l.label)), max(value, columns.Width(l.value))
	}
	inner := max(label+2+value, columns.Width(title)+1)
	rule := strings.Repeat("─", inner+2)
	var b strings.Builder
	b.WriteString("┌─ " + title + " " + strings.Repeat("─", inner-columns.Width(title)-1) + "┐\n")
	for _, l := range lines {
		text := columns.Pad(l.label, label) + "  " + l.value
		b.WriteString("│ " + columns.Pad(text, inner) + " │\n")
	}
	b.WriteString("└" + rule + "┘\n")
	return b.String()
}

// wrap breaks a text into lines of at most limit columns, at spaces where possible.
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
