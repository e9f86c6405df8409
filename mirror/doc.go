// Package mirror keeps a local copy of an organization's directory in step with DingTalk.
package mirror
