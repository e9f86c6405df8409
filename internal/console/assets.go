package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
)

//go:embed assets/*.css assets/*.js assets/*.svg
var assetFiles embed.FS

// assets holds the files that pages load, by name.
type assets map[string]asset

type asset struct {
	body        []byte
	version     string // changes with the content
	contentType string
}

// loadAssets reads the embedded files.
func loadAssets() assets {
	all := assets{}
	files, _ := fs.Glob(assetFiles, "assets/*") // the pattern is well formed
	for _, file := range files {
		body, _ := assetFiles.ReadFile(file) // an embedded file can be read
		sum := sha256.Sum256(body)
		all[path.Base(file)] = asset{body, hex.EncodeToString(sum[:6]), mime.TypeByExtension(path.Ext(file))}
	}
	return all
}

// ServeHTTP serves a file. A browser may cache it for as long as pages request the same version.
func (all assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := all[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.URL.Query().Get("v") == file.version {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Header().Set("Content-Type", file.contentType)
	_, _ = w.Write(file.body)
}
