// An EventSource that disconnects while the page is hidden and resumes where it was. Browsers allow six connections to a
// server, and pages in the background would hold theirs forever.
"use strict";

class Updates {
	#source = null;
	#last = ""; // the ID of the latest update
	#listeners = [];

	constructor(address) {
		this.address = new URL(address, location.href);
		document.addEventListener("visibilitychange", this.#turn);
		this.#turn();
	}

	get readyState() { return this.#source?.readyState ?? EventSource.CLOSED; }

	addEventListener(type, listener) {
		this.#listeners.push([type, listener]);
		this.#source?.addEventListener(type, listener);
	}

	removeEventListener(type, listener) {
		this.#listeners = this.#listeners.filter(([t, l]) => t !== type || l !== listener);
		this.#source?.removeEventListener(type, listener);
	}

	close() {
		document.removeEventListener("visibilitychange", this.#turn);
		this.#source?.close();
	}

	#turn = () => {
		if (!document.hidden) {
			this.#source ??= this.#connect();
			return;
		}
		this.#source?.close();
		this.#source = null;
	};

	#connect() {
		if (this.#last) this.address.searchParams.set("after", this.#last);
		const source = new EventSource(this.address);
		source.onopen = (event) => this.onopen?.(event);
		source.onerror = (event) => {
			if (source.readyState === EventSource.CLOSED) this.close(); // htmx opens another one
			this.onerror?.(event);
		};
		for (const type of ["call", "event", "organization", "restart"]) {
			source.addEventListener(type, (event) => { this.#last = event.lastEventId || this.#last; });
		}
		for (const [type, listener] of this.#listeners) source.addEventListener(type, listener);
		return source;
	}
}

htmx.createEventSource = (address) => new Updates(address);

// Shows on the pages that have the indicator whether they receive updates.
const tell = (live) => () => {
	const state = document.getElementById("connection");
	if (!state) return;
	state.hidden = false;
	state.classList.toggle("live", live);
	const pause = document.getElementById("pause");
	if (pause) pause.hidden = false;
};
document.addEventListener("htmx:sseOpen", tell(true));
document.addEventListener("htmx:sseError", tell(false));
