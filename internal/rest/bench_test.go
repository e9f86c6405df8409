package rest

import (
	"net/http"
	"strings"
	"testing"
)

// benchAnswer has the size of a person with everything set.
var benchAnswer = `{"errcode":0,"errmsg":"ok","request_id":"1a2b3c4d5e6f","result":{"userid":"zhao.min","name":"` +
	strings.Repeat("赵", 200) + `","hide_mobile":true,"order":176417218973249512,"dept_id_list":[1,2,3],` +
	`"role_list":[{"id":1,"name":"主管"}],"union_emp_ext":{},"tags":["a"],"extension":{"a":"1"}}}`

func benchmarkDecode(b *testing.B, body string) {
	raw := response(http.StatusOK, "")
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		var into *person
		if answer, f := decode(b.Context(), raw, []byte(body), underResult(&into)); f != nil || answer.Code != 0 {
			b.Fatal(f)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	b.Run("as documented", func(b *testing.B) { benchmarkDecode(b, benchAnswer) })
	b.Run("in quotes", func(b *testing.B) {
		benchmarkDecode(b, strings.ReplaceAll(benchAnswer, `"hide_mobile":true`, `"hide_mobile":"true"`))
	})
}

func BenchmarkDo(b *testing.B) {
	for name, req := range map[string]Request{"read": read1("/x"), "write": write1("/x")} {
		b.Run(name, func(b *testing.B) {
			c := over(answering(http.StatusOK, benchAnswer))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					var into *person
					if _, err := c.Do(b.Context(), req, underResult(&into)); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
