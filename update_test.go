package dingtalk_test

import "flag"

// updating reports whether golden files are rewritten: go test -update.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }
