package dingtalkpg

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/storebench"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The server's data is durable.
func BenchmarkStore(b *testing.B) {
	url := startServer(b).URL()
	for _, processes := range []int{1, 4} {
		schema := newSchemaName()
		var stores []mirror.Store
		for range processes {
			stores = append(stores, openStore(b, url, schema))
		}
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("Update/%d stores/%d callers each", processes, callers), func(b *testing.B) {
				storebench.Updates(b, callers, stores...)
			})
		}
		b.Run(fmt.Sprintf("Update of 300 rows/%d stores", processes), func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				require.NoError(b, stores[0].Update(b.Context(), func(w mirror.Writer) error {
					for i := range 300 {
						if err := w.Put(fmt.Appendf(nil, "u/user%06d", n*300+i), make([]byte, 500)); err != nil {
							return err
						}
					}
					return nil
				}))
			}
		})
	}
}

func BenchmarkMirror_Members(b *testing.B) {
	storebench.Members(b, openStore(b, sharedServer(b).URL(), newSchemaName()))
}
