/** How much of a limited text is used. Characters count as the server counts them, so a rare Han counts once. */
for (const control of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-limit]")) {
  const limit = Number(control.dataset.limit);
  const counter = document.createElement("div");
  counter.className = "counter";
  control.insertAdjacentElement("afterend", counter);
  const count = () => {
    const used = [...control.value].length;
    counter.textContent = `${used} / ${limit}`;
    counter.classList.toggle("counter-over", used > limit);
  };
  control.addEventListener("input", count);
  count();
}
