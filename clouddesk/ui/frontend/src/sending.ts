/** What requests of scripts carry: the proof that they come from a page of ours, read afresh since signing in renews it. */
const COOKIE = /(?:^|; )clouddesk_csrf=([^;]*)/;

export function headers(): Record<string, string> {
  const token = COOKIE.exec(document.cookie)?.[1] ?? "";
  return { "X-CSRFToken": token, "X-Requested-With": "fetch" };
}
