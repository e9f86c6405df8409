package browsertest

// paint is a function of a CSS colour, whatever its notation, that returns red, green, blue and opacity.
const paint = `(colour => {
	window.painted ??= new Map()
	if (!painted.has(colour)) {
		const canvas = new OffscreenCanvas(1, 1).getContext('2d')
		canvas.fillStyle = colour
		canvas.fillRect(0, 0, 1, 1)
		painted.set(colour, [...canvas.getImageData(0, 0, 1, 1).data].map(c => c / 255))
	}
	return painted.get(colour)
})`

// luminance is a function of an element that returns the relative luminance, as WCAG defines it, of what is behind it.
const luminance = `(element => {
	const paint = ` + paint + `
	let layers = []
	for (let e = element; e; e = e.parentElement) {
		const layer = paint(getComputedStyle(e).backgroundColor)
		layers.push(layer)
		if (layer[3] == 1) break
	}
	let seen = [1, 1, 1]
	for (const [r, g, b, a] of layers.reverse()) seen = [r, g, b].map((c, i) => c * a + seen[i] * (1 - a))
	const [r, g, b] = seen.map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
	return 0.2126 * r + 0.7152 * g + 0.0722 * b
})`

// faint is every text with a contrast below the 4.5 to 1 of WCAG's level AA, or 3 to 1 if it is large.
const faint = `(() => {
	const paint = ` + paint + `, luminance = ` + luminance + `
	const found = []
	for (const e of document.body.querySelectorAll('*')) {
		const text = [...e.childNodes].filter(n => n.nodeType == Node.TEXT_NODE).map(n => n.data.trim()).join('')
		const style = getComputedStyle(e)
		if (!text || !e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) || e.tagName == 'OPTION') continue
		const behind = luminance(e)
		const [r, g, b] = paint(style.color).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		const front = 0.2126 * r + 0.7152 * g + 0.0722 * b
		const contrast = (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05)
		const size = parseFloat(style.fontSize)
		const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700
		if (contrast < (large ? 3 : 4.5)) found.push(text.slice(0, 40) + ' ' + contrast.toFixed(2) + ' ' + e.className)
	}
	return found
})()`
