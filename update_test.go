package dingtalk_test

import "flag"

// updating says whether golden files are to be written anew: go test -update.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }
