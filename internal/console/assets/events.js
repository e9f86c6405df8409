// Keeps the data of events that the reader has opened open while the list is updated.
"use strict";

Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => name !== "open" || element.tagName !== "DETAILS";
