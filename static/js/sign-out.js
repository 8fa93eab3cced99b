// Whoever signs out may leave the machine to others: their drafts go with them.

import { forgetAll } from "./drafts.js";

document.querySelector("form[data-signs-out]")?.addEventListener("submit", forgetAll);
