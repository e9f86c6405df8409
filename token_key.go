package dingtalk

// TokenKey encrypts tokens in a TokenStore, so that reading the store does not reveal them. It uses AES-256-GCM and
// binds each token to its app.
type TokenKey struct {
	ID  string // stored with the encrypted token: letters, digits, - and _, at most 64
	Key Secret // 32 random bytes
}
