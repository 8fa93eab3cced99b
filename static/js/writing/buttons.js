// Small helps: “Schedule…” leads to the day where none is given, and a link is copied by a press.

for (const button of document.querySelectorAll("[data-schedule]")) {
  button.addEventListener("click", (event) => {
    const day = document.getElementById("id_published_at_0");
    const clock = document.getElementById("id_published_at_1");
    if (!day || (day.value && clock.value)) return;
    event.preventDefault();
    const target = day.value ? clock : day;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Selected: copy it now"; // over plain http
    }
  });
}
