package console

import (
	"testing"

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
