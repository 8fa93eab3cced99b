// A list of time zones says what time it is in the one chosen. On a fresh sign-up form it also
// starts at the reader's own. Without this module the site's zone is chosen and can be changed.

for (const list of document.querySelectorAll("select[data-time-zone]")) {
  const words = document.getElementById(`${list.id}_helptext`);

  const sayTheTime = () => {
    try {
      const part = {};
      const format = new Intl.DateTimeFormat("en-GB", {
        timeZone: list.value,
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
        weekday: "long",
        day: "numeric",
        month: "long",
      });
      for (const { type, value } of format.formatToParts(new Date())) part[type] = value;
      words.textContent = `It is ${part.hour}:${part.minute} on ${part.weekday} ${part.day} ${part.month} there now.`;
    } catch {
      words.textContent = ""; // a place that this browser does not know
    }
  };

  if ("guess" in list.dataset) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...list.options].some((option) => option.value === here)) list.value = here;
  }
  if (words) {
    list.addEventListener("change", sayTheTime);
    sayTheTime();
  }
}
