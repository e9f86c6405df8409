package rest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// linked stands for a payload whose names have two spellings.
type linked struct {
	UserID string   `json:"userid"`
	Ext    linkExt  `json:"union_ext" also:"unionExt"`
	Tags   []string `json:"tags"`
}

type linkExt struct {
	CorpID string  `json:"corp_id" also:"corpId"`
	DeptID int64   `json:"dept_id" also:"deptId"`
	List   []entry `json:"map_list" also:"mapList"`
}

type entry struct {
	CorpID string `json:"corp_id" also:"corpId"`
}

func TestSpelling_OfANameIsEitherOne(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]linkExt{
		`"union_ext":{"corp_id":"c","dept_id":7}`:                                     {CorpID: "c", DeptID: 7},
		`"unionExt":{"corpId":"c","deptId":"7"}`:                                      {CorpID: "c", DeptID: 7},
		`"union_ext":{"corpId":"c","deptId":-7}`:                                      {CorpID: "c", DeptID: -7},
		`"unionExt":{"corp_id":"c","dept_id":7}`:                                      {CorpID: "c", DeptID: 7},
		`"union_ext":{},"unionExt":{"corpId":"c"}`:                                    {CorpID: "c"},
		`"unionExt":{"corpId":"c"},"union_ext":{}`:                                    {CorpID: "c"},
		`"unionExt":{"corpId":"c"},"union_ext":null`:                                  {CorpID: "c"},
		`"unionExt":{"corpId":"c","corp_id":"","deptId":7,"dept_id":0}`:               {CorpID: "c", DeptID: 7},
		`"unionExt":{"corp_id":"c","corpId":"","dept_id":7,"deptId":"0"}`:             {CorpID: "c", DeptID: 7},
		`"unionExt":"{\"corpId\":\"c\",\"mapList\":[{\"corpId\":\"d\"}]}"`:            {CorpID: "c", List: []entry{{"d"}}},
		`"unionExt":{"mapList":[{"corpId":"d"},{"corp_id":"e"}]},"tags":["unionExt"]`: {List: []entry{{"d"}, {"e"}}},
		`"union_ext":"","unionExt":""`:                                                {},
		`"other":{"corpId":"c"}`:                                                      {},
	} {
		var into *linked
		want := linked{UserID: "u", Ext: want}
		_, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(`{"errcode":0,"result":{"userid":"u",`+body+`}}`),
			Want{Payload: contract.UnderResult, Fields: personFields[:1], Into: &into})
		require.Nil(t, f, body)
		into.Tags = nil
		assert.Equal(t, want, *into, body)
		for _, payload := range []contract.Payload{contract.TopLevel, contract.Whole} {
			into = nil
			text := `{"errcode":0,"userid":"u",` + body + `}`
			decode := decode
			if payload == contract.Whole {
				text, decode = text[:1]+text[len(`{"errcode":0,`):], decodeV1
			}
			_, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(text), Want{Payload: payload, Fields: personFields[:1], Into: &into})
			require.Nil(t, f, text)
			into.Tags = nil
			assert.Equal(t, want, *into, text)
		}
	}
}
