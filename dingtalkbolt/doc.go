// Package dingtalkbolt keeps the data of a mirror in one file, which one process at a time opens.
//
//	store, err := dingtalkbolt.Open("directory.db")
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//
// The file is a database of bbolt. It holds people's names and numbers in plain text, so that it is created with mode 0600.
package dingtalkbolt
