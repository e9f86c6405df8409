// Trace makes a client whose calls are reported to the global providers.
package main

import (
	"fmt"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkotel"
)

func main() {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithMiddleware(dingtalkotel.Middleware()))
	if err == nil {
		_, err = dingtalkotel.ObserveBlock(client)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("a client that is observed")
}
