package dingtalk

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Millis is an instant that is transmitted as Unix time in milliseconds. An optional field with the zero Millis is not
// sent. Decoded values are in UTC. Dates such as hired_date are usually midnight in China: to get the calendar day
// that is meant, use In with the zone UTC+8.
type Millis struct{ time.Time }

// MarshalJSON encodes the instant as a number; the zero Millis is 0.
func (m Millis) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("0"), nil
	}
	return strconv.AppendInt(nil, m.UnixMilli(), 10), nil
}

// UnmarshalJSON decodes a number, which may be in quotes. 0, "", {}, [] and null are the zero Millis.
func (m *Millis) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	ms, err := strconv.ParseInt(string(data), 10, 64) // 0 where it is empty
	if err != nil && !isEmpty(data) {
		var text string
		if json.Unmarshal(data, &text) != nil {
			return errors.New("milliseconds: not a whole number")
		}
		if text = strings.TrimSpace(text); text != "" {
			if ms, err = strconv.ParseInt(text, 10, 64); err != nil {
				return errors.New("milliseconds: not a whole number")
			}
		}
	}
	if *m = (Millis{}); ms != 0 {
		m.Time = time.UnixMilli(ms).UTC()
	}
	return nil
}
