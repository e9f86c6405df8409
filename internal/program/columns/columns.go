// Package columns aligns text on a terminal, where a Chinese character is two columns wide.
package columns

import (
	"strings"
	"unicode"
)

// Width returns the number of columns of a text. In a joined emoji each part counts.
func Width(text string) int {
	columns := 0
	for _, r := range text {
		columns += RuneWidth(r)
	}
	return columns
}

// RuneWidth returns the number of columns of a character.
func RuneWidth(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303F,   // punctuation
		r >= 0xFF01 && r <= 0xFF60,   // full-width forms
		r >= 0x1F300 && r <= 0x1FAFF: // emoji
		return 2
	}
	return 1
}

// Pad appends spaces up to a width. It does not shorten a longer text.
func Pad(text string, to int) string { return text + strings.Repeat(" ", max(0, to-Width(text))) }

// IsControl reports whether a character controls a terminal or the direction of the text, or breaks a line.
func IsControl(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// OneLine replaces line breaks and control characters with spaces, so that foreign text can neither leave its line nor
// control the terminal.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// Cut returns the beginning of a text that is at most as wide as a limit.
func Cut(text string, limit int) string {
	used := 0
	for i, r := range text {
		if used += RuneWidth(r); used > limit {
			return text[:i]
		}
	}
	return text
}

// Table aligns rows of cells, with two spaces between columns. Each row becomes one line. Rows may differ in length;
// the last cell of a row does not widen its column.
func Table(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:max(0, len(row)-1)] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(OneLine(cell)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			cell = OneLine(cell)
			if i < len(row)-1 {
				cell = Pad(cell, widths[i]) + "  "
			}
			line.WriteString(cell)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
