package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/changes"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

//go:embed status.html
var statusHTML string

var statusTemplate = template.Must(template.New("status").Parse(statusHTML))

// pageData is what the page shows of the state of a mirror.
type pageData struct {
	mirror.Status
	Unprinted    uint64
	Lag, Took    time.Duration
	HeldRemovals string
}

func newPageData(s mirror.Status, printed uint64) pageData {
	s.LastScan = s.LastScan.Local()
	d := pageData{Status: s, Lag: s.OldestDirty.Round(time.Second), Took: s.LastScan.Sub(s.LastScanBegan).Round(time.Millisecond)}
	if revision := uint64(s.Revision); revision > printed {
		d.Unprinted = revision - printed
	}
	d.HeldRemovals = strings.Join(changes.Held(s), ", ")
	return d
}

// statusPage returns a page of counts and times, which names no person.
func statusPage(m *mirror.Mirror, printer *changes.Printer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		printed := uint64(printer.Printed())
		s, err := m.Status(r.Context())
		var page bytes.Buffer
		if err == nil {
			err = statusTemplate.Execute(&page, newPageData(s, printed))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = page.WriteTo(w)
	})
	return mux
}

// serve serves a page until the context ends.
func serve(ctx context.Context, listener net.Listener, page http.Handler) error {
	server := &http.Server{Handler: page, ReadTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("the page ended: %w", err)
	}
	return context.Cause(ctx)
}
