// The log of calls: inserts calls as they arrive, and opens a call within the list. Without it each call is a page of
// its own.
"use strict";

// An event is received when a call arrives and when it ends, and again after a reconnect.
document.addEventListener("htmx:sseBeforeMessage", (event) => {
	const list = event.target;
	if (list.id !== "calls") return;
	event.preventDefault();
	const parsed = document.createElement("template");
	parsed.innerHTML = event.detail.data;
	const row = parsed.content.querySelector("tr");
	if (held) {
		hold(row, Number(list.dataset.max));
	} else {
		insert(list, row);
	}
});

function insert(list, row) {
	const before = document.getElementById(row.id);
	if (before) {
		const open = detailOf(before);
		const focused = before.contains(document.activeElement);
		before.replaceWith(row);
		if (open) show(row, open);
		if (focused) row.querySelector("a").focus();
		return;
	}
	const rows = [...list.querySelectorAll("tr[data-call]")];
	const next = rows.find((other) => Number(other.dataset.call) < Number(row.dataset.call));
	if (!next && rows.length > 0) return; // on a page of older calls
	list.insertBefore(row, next ?? null);
	for (const old of rows.slice(Number(list.dataset.max) - 1)) {
		detailOf(old)?.remove();
		old.remove();
	}
}

// While the page is paused, held has the latest state of the calls that arrived or ended since, by the ID of the row.
let held = null;

function hold(row, max) {
	held.delete(row.id);
	held.set(row.id, row);
	if (held.size > max) held.delete(held.keys().next().value);
	document.getElementById("held").textContent = held.size;
}

document.getElementById("pause")?.addEventListener("click", (event) => {
	const button = event.currentTarget;
	const rows = held;
	held = rows ? null : new Map();
	button.textContent = held ? button.dataset.resume : button.dataset.pause;
	document.getElementById("connection").classList.toggle("paused", !!held);
	document.getElementById("held").textContent = 0;
	for (const row of rows?.values() ?? []) insert(document.getElementById("calls"), row);
});

document.addEventListener("click", (event) => {
	const link = event.target.closest("#calls a.open");
	if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
	event.preventDefault();
	const row = link.closest("tr");
	const open = detailOf(row);
	if (open) {
		open.remove();
		link.setAttribute("aria-expanded", "false");
		return;
	}
	const detail = document.createElement("tr");
	detail.className = "detail";
	const cell = detail.insertCell();
	cell.colSpan = row.cells.length;
	cell.append(Object.assign(document.createElement("div"), { className: "request" }));
	row.after(detail);
	show(row, detail);
});

function detailOf(row) {
	const next = row.nextElementSibling;
	return next?.classList.contains("detail") ? next : null;
}

function show(row, detail) {
	const link = row.querySelector("a.open");
	link.setAttribute("aria-expanded", "true");
	htmx.ajax("GET", link.href, { target: detail.querySelector(".request"), select: "#request > *", swap: "innerHTML" });
}
