// Package chinatime holds the time zone of the dates that DingTalk sends and receives.
package chinatime

import "time"

// Zone is UTC+8, which has no daylight saving time.
var Zone = time.FixedZone("UTC+8", 8*60*60)
