package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestCustomFields_KeepTheirOrder(t *testing.T) {
	t.Parallel()
	for extension, want := range map[string][]customField{
		``:                     nil,
		`{}`:                   nil,
		`[1]`:                  nil,
		`no JSON`:              nil,
		`{"b":"1","a":"2"}`:    {{Name: "b", Text: "1"}, {Name: "a", Text: "2"}},
		`{"a":"1","a":"2"}`:    {{Name: "a", Text: "1"}, {Name: "a", Text: "2"}},
		`{"a":1.50,"b":null}`:  {{Name: "a", Text: "1.50"}, {Name: "b", Text: "null"}},
		`{"a":{"x":[1,2]}}`:    {{Name: "a", Text: `{"x":[1,2]}`}},
		`{"a":"x","b":`:        {{Name: "a", Text: "x"}},
		`{"a":"[x] (y)"}`:      {{Name: "a", Text: "[x] (y)"}},
		`{"a":"see [x](y) z"}`: {{Name: "a", Text: "see [x](y) z"}},
		`{"a":"[x](https://a.example/(1)?q=#userid#)"}`:   {{"a", "x", "https://a.example/(1)?q=#userid#", true}},
		`{"a":" [](http://a.example) "}`:                  {{"a", "", "http://a.example", true}},
		`{"a":"[x](javascript:alert(1))"}`:                {{"a", "x", "javascript:alert(1)", false}},
		`{"a":"[x](JaVaScRiPt://a.example/%0aalert(1))"}`: {{"a", "x", "JaVaScRiPt://a.example/%0aalert(1)", false}},
		`{"a":"[x](data:text/html,<script>)"}`:            {{"a", "x", "data:text/html,<script>", false}},
		`{"a":"[x](//a.example)"}`:                        {{"a", "x", "//a.example", false}},
		`{"a":"[x](/console/)"}`:                          {{"a", "x", "/console/", false}},
		`{"a":"[x](https:)"}`:                             {{"a", "x", "https:", false}},
		`{"a":"[x](https://%zz)"}`:                        {{"a", "x", "https://%zz", false}},
		`{"a":"[x](HTTPS://a.example)"}`:                  {{"a", "x", "HTTPS://a.example", true}},
	} {
		assert.Equal(t, want, customFields(extension), extension)
	}
}

func TestTranslations_AreReadByField(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []translation{{"Hobby", "zh_CN", "象棋"}, {"Hobby", "en_US", "Chess"}, {"Size", "en_US", "L"}},
		translations(`{"Hobby":{"zh_CN":"象棋","en_US":"Chess"},"Empty":{},"Size":{"en_US":"L"}}`))
	assert.Empty(t, translations(``))
}

func TestInitials_OfNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"欧阳明慧": "明慧", "赵敏": "赵敏", "赵": "赵", "Zhao Min": "ZM", "jean-luc de la Tour": "JT", "张伟 (Will)": "张伟", "Ana 🌻": "A",
		"": "", "🌻": "", "a1": "A", "Ольга": "О",
	} {
		assert.Equal(t, want, initials(name), name)
	}
}

func TestFormatTime_UsesTheServiceZone(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 12, 31, 16, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time][2]string{
		day:                      {"1 January 2025", "2025年1月1日"},
		day.Add(-time.Second):    {"31 December 2024, 23:59:59", "2024年12月31日 23:59:59"},
		day.Add(9 * time.Hour):   {"1 January 2025, 09:00:00", "2025年1月1日 09:00:00"},
		day.Add(5 * time.Minute): {"1 January 2025, 00:05:00", "2025年1月1日 00:05:00"},
	} {
		assert.Equal(t, want, [2]string{formatTime(english, at), formatTime(chinese, at)})
	}
	assert.Equal(t, "2025-01-01T00:00:00+08:00", machineTime(day))
}

func TestTokens_IndentAndSplitJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]token{
		`{"a":"x\":y","n":-1.5e+7}`: {
			{"", "{\n  "}, {"key", `"a":`}, {"", " "}, {"text", `"x\":y"`}, {"", ",\n  "},
			{"key", `"n":`}, {"", " "}, {"literal", "-1.5e+7"}, {"", "\n}"},
		},
		`[true,{}]`:    {{"", "[\n  "}, {"literal", "true"}, {"", ",\n  {}\n]"}},
		`<html>`:       {{"", "<html>"}},
		`{"a":"\\"}`:   {{"", "{\n  "}, {"key", `"a":`}, {"", " "}, {"text", `"\\"`}, {"", "\n}"}},
		`{"errcode":0`: {{"", `{"errcode":0`}},
	} {
		assert.Equal(t, want, tokens([]byte(body)), body)
	}
}
