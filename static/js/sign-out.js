// Whoever signs out may leave the machine to others: what they wrote goes with them.

import { forgetAll } from "./drafts.js";
import { forgetAll as forgetArticles } from "./writing/kept.js";

document.querySelector("form[data-signs-out]")?.addEventListener("submit", () => {
  forgetAll();
  forgetArticles();
});
