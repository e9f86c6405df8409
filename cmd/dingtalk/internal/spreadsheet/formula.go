// Package spreadsheet keeps spreadsheets from running cells as formulas.
package spreadsheet

import (
	"strings"
	"unicode/utf8"
)

// Guard returns a text for a cell of a CSV. A spreadsheet runs text that begins like a formula, and formulas can call
// programs and send the sheet elsewhere, so such a text gets an apostrophe before it. So does a text that already has
// apostrophes before a formula, so that Unguard can recover the original.
func Guard(text string) string {
	if isFormula(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// Unguard returns the text of a cell that Guard made.
func Unguard(cell string) string {
	if isFormula(strings.TrimLeft(cell, "'")) {
		return strings.TrimPrefix(cell, "'")
	}
	return cell
}

// isFormula reports whether a text begins like a formula, also where full-width characters are taken for others.
func isFormula(text string) bool {
	switch first, _ := utf8.DecodeRuneInString(text); first {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}
