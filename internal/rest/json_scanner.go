package rest

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"unicode/utf8"
)

// These functions scan JSON text that is known to be valid, without allocating.

// members iterates over the names, in quotes, and the values of an object. Any other value has none.
func members(data []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		data := bytes.TrimLeft(data, whiteSpace)
		if len(data) == 0 || data[0] != '{' {
			return
		}
		for i := next(data, 1); i < len(data) && data[i] == '"'; i = next(data, i) {
			end := stringEnd(data, i)
			start := next(data, end)
			stop := valueEnd(data, start)
			if !yield(data[i:end], data[start:stop]) {
				return
			}
			i = stop
		}
	}
}

// elements iterates over the elements of an array. Any other value has none.
func elements(data []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		data := bytes.TrimLeft(data, whiteSpace)
		if len(data) == 0 || data[0] != '[' {
			return
		}
		for i := next(data, 1); i < len(data) && data[i] != ']'; i = next(data, i) {
			end := valueEnd(data, i)
			if !yield(data[i:end]) {
				return
			}
			i = end
		}
	}
}

const whiteSpace = " \t\r\n"

// next returns the start of the next token at or after i, past white space, colons and commas.
func next(data []byte, i int) int {
	for i < len(data) {
		switch data[i] {
		case ' ', '\t', '\r', '\n', ',', ':':
			i++
		default:
			return i
		}
	}
	return i
}

// valueEnd returns the end of the value that starts at i.
func valueEnd(data []byte, i int) int {
	for depth := 0; i < len(data); {
		switch data[i] {
		case '"':
			i = stringEnd(data, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i = scalarEnd(data, i)
		}
		if depth <= 0 {
			break
		}
		i = next(data, i)
	}
	return i
}

// scalarEnd returns the end of the number or the literal that starts at i.
func scalarEnd(data []byte, i int) int {
	for ; i < len(data); i++ {
		switch data[i] {
		case ',', ':', '}', ']', ' ', '\t', '\r', '\n':
			return i
		}
	}
	return i
}

// stringEnd returns the end of the string that starts at i.
func stringEnd(data []byte, i int) int {
	for i++; i < len(data); i++ {
		quote := bytes.IndexByte(data[i:], '"')
		if quote < 0 {
			break
		}
		backslashes := 0
		for backslashes < quote && data[i+quote-backslashes-1] == '\\' {
			backslashes++
		}
		if i += quote; backslashes%2 == 0 {
			return i + 1
		}
	}
	return len(data)
}

// unquote returns the text of a JSON string. The result may share the memory of data.
func unquote(data []byte) []byte {
	if inner := data[1 : len(data)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var text string
	_ = json.Unmarshal(data, &text) // never fails: data is valid
	return []byte(text)
}

// appendQuoted appends text as a JSON string.
func appendQuoted(data, text []byte) []byte {
	const hex = "0123456789abcdef"
	data = append(data, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			data = append(data, '\\', c)
		case c < ' ':
			data = append(data, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			data = append(data, c)
		}
	}
	return append(data, '"')
}

// isEmpty reports whether data is an empty object or array.
func isEmpty(data []byte) bool {
	return (data[0] == '{' || data[0] == '[') && next(data, 1) == len(data)-1
}

// isNothing reports whether a value says no more than an absent one.
func isNothing(data []byte) bool {
	switch string(data) {
	case "null", `""`, "0", `"0"`, "false":
		return true
	}
	return isEmpty(data)
}

// member returns the last value that an object has for a name.
func member(data []byte, name string) (found []byte, ok bool) {
	for quoted, value := range members(data) {
		if string(unquote(quoted)) == name {
			found, ok = value, true
		}
	}
	return found, ok
}

// trimmed returns the text of a string without the white space around it, or any other value itself.
func trimmed(data []byte) []byte {
	if data[0] == '"' {
		return bytes.TrimSpace(unquote(data))
	}
	return data
}

// isInteger reports whether text is a JSON integer that fits into an int64.
func isInteger(text []byte) bool {
	_, err := strconv.ParseInt(string(text), 10, 64)
	digits := bytes.TrimPrefix(text, []byte("-"))
	return err == nil && digits[0] != '+' && (digits[0] != '0' || len(digits) == 1)
}
