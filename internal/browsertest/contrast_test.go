package browsertest

// rgba is a JavaScript function that returns red, green, blue and opacity of a CSS color in any notation.
const rgba = `(color => {
	window.rgbaCache ??= new Map()
	if (!rgbaCache.has(color)) {
		const canvas = new OffscreenCanvas(1, 1).getContext('2d')
		canvas.fillStyle = color
		canvas.fillRect(0, 0, 1, 1)
		rgbaCache.set(color, [...canvas.getImageData(0, 0, 1, 1).data].map(c => c / 255))
	}
	return rgbaCache.get(color)
})`

// luminance is a JavaScript function that returns the relative luminance, as WCAG defines it, of the background of an
// element.
const luminance = `(element => {
	const rgba = ` + rgba + `
	let layers = []
	for (let e = element; e; e = e.parentElement) {
		const layer = rgba(getComputedStyle(e).backgroundColor)
		layers.push(layer)
		if (layer[3] == 1) break
	}
	let blended = [1, 1, 1]
	for (const [r, g, b, a] of layers.reverse()) blended = [r, g, b].map((c, i) => c * a + blended[i] * (1 - a))
	const [r, g, b] = blended.map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
	return 0.2126 * r + 0.7152 * g + 0.0722 * b
})`

// lowContrastTexts is a JavaScript expression of all texts with a contrast below 4.5 to 1, or 3 to 1 for large text, as
// WCAG's level AA requires.
const lowContrastTexts = `(() => {
	const rgba = ` + rgba + `, luminance = ` + luminance + `
	const texts = []
	for (const e of document.body.querySelectorAll('*')) {
		const text = [...e.childNodes].filter(n => n.nodeType == Node.TEXT_NODE).map(n => n.data.trim()).join('')
		const style = getComputedStyle(e)
		if (!text || !e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) || e.tagName == 'OPTION') continue
		const background = luminance(e)
		const [r, g, b] = rgba(style.color).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		const foreground = 0.2126 * r + 0.7152 * g + 0.0722 * b
		const contrast = (Math.max(foreground, background) + 0.05) / (Math.min(foreground, background) + 0.05)
		const size = parseFloat(style.fontSize)
		const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700
		if (contrast < (large ? 3 : 4.5)) texts.push(text.slice(0, 40) + ' ' + contrast.toFixed(2) + ' ' + e.className)
	}
	return texts
})()`
