package rest

import (
	"net/http"
	"strings"
	"testing"
)

// benchBody has the size of a user with all fields set.
var benchBody = `{"errcode":0,"errmsg":"ok","request_id":"1a2b3c4d5e6f","result":{"userid":"zhao.min","name":"` +
	strings.Repeat("赵", 200) + `","hide_mobile":true,"order":176417218973249512,"dept_id_list":[1,2,3],` +
	`"role_list":[{"id":1,"name":"主管"}],"union_emp_ext":{},"tags":["a"],"extension":{"a":"1"}}}`

func benchmarkDecode(b *testing.B, body string) {
	raw := httpResponse(http.StatusOK, "")
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		var into *person
		if resp, f := decode(b.Context(), raw, []byte(body), wantUnderResult(&into)); f != nil || resp.Code != 0 {
			b.Fatal(f)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	b.Run("as documented", func(b *testing.B) { benchmarkDecode(b, benchBody) })
	b.Run("in quotes", func(b *testing.B) {
		benchmarkDecode(b, strings.ReplaceAll(benchBody, `"hide_mobile":true`, `"hide_mobile":"true"`))
	})
}

func BenchmarkDo(b *testing.B) {
	for name, req := range map[string]Request{"read": readRequest("/x"), "write": writeRequest("/x")} {
		b.Run(name, func(b *testing.B) {
			c := newTestClient(fixedResponse(http.StatusOK, benchBody))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					var into *person
					if _, err := c.Do(b.Context(), req, wantUnderResult(&into)); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
