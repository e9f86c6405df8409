module github.com/dingtalk-contacts/dingtalk-go/tools/licenses

go 1.26.0

require github.com/google/licensecheck v0.3.1
