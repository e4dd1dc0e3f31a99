/** What every form gains: a button that cannot be pressed twice, and the first fault in view. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  form.querySelector("button[type=submit]")?.setAttribute("aria-disabled", "true");
});

// Coming back with the browser's Back button shows the page as it was left: it may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelector("button[type=submit]")?.removeAttribute("aria-disabled");
  }
});

document.querySelector<HTMLElement>(".is-invalid, [aria-invalid=true]")?.focus();
