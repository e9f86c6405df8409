package console

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

// contrast returns the ratio of two colors as WCAG defines it: 1 to 21.
func contrast(a, b string) float64 {
	brighter, darker := max(luminance(a), luminance(b)), min(luminance(a), luminance(b))
	return (brighter + 0.05) / (darker + 0.05)
}

func luminance(color string) float64 {
	rgb, _ := strconv.ParseUint(color[1:], 16, 32)
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func TestContrast_FollowsTheGuidelines(t *testing.T) {
	t.Parallel()
	for colors, want := range map[[2]string]float64{
		{"#ffffff", "#000000"}: 21, {"#777777", "#777777"}: 1, {"#767676", "#ffffff"}: 4.54, {"#ff0000", "#ffffff"}: 4,
	} {
		assert.InDelta(t, want, contrast(colors[0], colors[1]), 0.01)
	}
}
