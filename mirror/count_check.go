package mirror

import (
	"context"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// countLoop counts the users now and then, which is one call. The service counts also those whom the app may not see. So the
// number is not compared with that of the mirror, but the difference of both with what it was after the latest scan: if it
// differs twice in a row, something was missed, and a scan follows.
func (l *leader) countLoop(ctx context.Context) error {
	var scanned int64 // the scan that hidden was taken after
	var hidden int64
	var differed bool
	for {
		if err := sleep(ctx, l.m.opt.countEvery); err != nil {
			return err
		}
		if err := l.pause.wait(ctx); err != nil {
			return err
		}
		res, err := l.m.client.CountUsers(ctx, dingtalk.CountUsersRequest{})
		l.pause.note(ctx, l.m.opt.logger, err)
		if err != nil {
			continue
		}
		var users, scan int64
		err = l.m.store.View(ctx, func(r Reader) error {
			n, err := readCounters(r)
			if err != nil {
				return err
			}
			record, err := readScanRecord(r)
			users, scan = int64(n.Rows[KindUser]), record.Ended
			return err
		})
		if err != nil {
			return err
		}
		now := res.Count - users
		switch {
		case scan == 0:
		case scan != scanned:
			scanned, hidden, differed = scan, now, false
		case now == hidden:
			differed = false
		case !differed:
			differed = true
		default:
			differed = false
			if _, err := l.m.markScan(ctx); err != nil {
				return err
			}
		}
	}
}
