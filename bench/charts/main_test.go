package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The pictures in the documentation are drawn from the committed results.
func TestRun_DrawsAllPictures(t *testing.T) {
	t.Parallel()
	images := t.TempDir()
	require.NoError(t, run("../results", images))
	drawn, err := filepath.Glob(filepath.Join(images, "*.svg"))
	require.NoError(t, err)
	shown, err := filepath.Glob("../../docs/images/bench-*.svg")
	require.NoError(t, err)
	assert.Len(t, drawn, len(shown))
	for _, path := range drawn {
		assert.FileExists(t, filepath.Join("../../docs/images", filepath.Base(path)))
		svg, err := os.Open(path)
		require.NoError(t, err)
		texts := 0
		for d := xml.NewDecoder(svg); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, path)
			if start, is := token.(xml.StartElement); is && start.Name.Local == "text" {
				texts++
			}
		}
		require.NoError(t, svg.Close())
		assert.Greater(t, texts, 10, path)
	}
}

func TestValues_ReportsWhatIsMissing(t *testing.T) {
	t.Parallel()
	rows := table{{"program": "a", "trip": "30 ms", "share": "98.6 %", "took": "1m30s"}}
	got, err := rows.values([]string{"a"}, "program", "share", map[string]string{"trip": "30 ms"})
	require.NoError(t, err)
	assert.Equal(t, []float64{98.6}, got)
	got, err = rows.values([]string{"a"}, "program", "took", nil)
	require.NoError(t, err)
	assert.Equal(t, []float64{1.5}, got)
	_, err = rows.values([]string{"a", "b"}, "program", "share", nil)
	require.ErrorContains(t, err, `"b"`)
	_, err = rows.values([]string{"a"}, "program", "share", map[string]string{"trip": "100 ms"})
	require.Error(t, err)
	_, err = rows.values([]string{"a"}, "program", "trip", nil)
	require.Error(t, err)
	require.NoError(t, run(t.TempDir(), t.TempDir()), "no results")
}
