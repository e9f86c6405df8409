package main

import (
	"strings"
	"unicode"
)

// box draws a frame around a title and its lines.
func box(title string, s sheet) string {
	label, value := 0, 0
	for _, line := range s {
		label, value = max(label, width(line.label)), max(value, width(line.value))
	}
	inner := max(label+2+value, width(title)+1)
	rule := strings.Repeat("─", inner+2)
	var b strings.Builder
	b.WriteString("┌─ " + title + " " + strings.Repeat("─", inner-width(title)-1) + "┐\n")
	for _, line := range s {
		text := pad(line.label, label) + "  " + line.value
		b.WriteString("│ " + pad(text, inner) + " │\n")
	}
	b.WriteString("└" + rule + "┘\n")
	return b.String()
}

func pad(text string, to int) string { return text + strings.Repeat(" ", to-width(text)) }

// wrap cuts a text into lines of at most so many columns, at spaces where there are any.
func wrap(text string, columns int) []string {
	var lines []string
	for paragraph := range strings.Lines(text) {
		var line strings.Builder
		used := 0
		for word := range strings.FieldsSeq(oneLine(paragraph)) {
			if used > 0 && used+1+width(word) > columns {
				lines = append(lines, line.String())
				line.Reset()
				used = 0
			}
			if used > 0 {
				line.WriteByte(' ')
				used++
			}
			for _, r := range word {
				if used+runeWidth(r) > columns {
					lines = append(lines, line.String())
					line.Reset()
					used = 0
				}
				line.WriteRune(r)
				used += runeWidth(r)
			}
		}
		if used > 0 {
			lines = append(lines, line.String())
		}
	}
	return lines
}

// width is how many columns of a terminal a text takes: two for each Chinese character.
func width(text string) int {
	columns := 0
	for _, r := range text {
		columns += runeWidth(r)
	}
	return columns
}

func runeWidth(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303F, // punctuation
		r >= 0xFF01 && r <= 0xFF60: // full-width forms
		return 2
	}
	return 1
}
