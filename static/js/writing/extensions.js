// What the editor of an article is made of beyond its library's own parts: loaded by the library,
// which finds each extension by its name in articles/fields.py.
//
// Whoever wants to know that the text has changed listens for `input` on the form: with every
// change the library puts the text into the field "body" and sends that event from it, bubbling.
// Whoever puts another text in takes the editor out of the event "prose-editor:ready", which comes
// to the document, and calls `editor.commands.setContent(html, { emitUpdate: true })`.

export { Callout, SeeSomeone, SeeSomeoneTitle } from "./boxes.js";
export { Link } from "./links.js";
export { CleanPaste } from "./paste.js";
export { Picture } from "./pictures.js";
export { Caption, Quote, QuoteText } from "./quotes.js";
export { Toolbar } from "./toolbar.js";
export { Upload } from "./upload.js";
export { PastedVideo, Video } from "./videos.js";
