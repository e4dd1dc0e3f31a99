/** What requests carry: the proof that they come from a page of ours, read afresh since signing in renews it. */
const COOKIE = /(?:^|; )clouddesk_csrf=([^;]*)/;

function proof(): string {
  return COOKIE.exec(document.cookie)?.[1] ?? "";
}

export function headers(): Record<string, string> {
  return { "X-CSRFToken": proof(), "X-Requested-With": "fetch" };
}

// Whoever signed in again in another window sends this page's form with the proof of then.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const field = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  if (field && proof()) field.value = proof();
});
