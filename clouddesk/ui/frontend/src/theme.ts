/** The choice of light or dark without leaving the page, so that nothing typed in it is lost. */
const YEAR_IN_SECONDS = 31_536_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement && form.matches("[data-theme-form]"))) return;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  choose(button.value);
  for (const other of form.querySelectorAll<HTMLButtonElement>("button[name=theme]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
});

function choose(theme: string): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every current browser
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_IN_SECONDS}; samesite=lax${secure}`;
  if (theme === "light" || theme === "dark") document.documentElement.dataset.bsTheme = theme;
  else delete document.documentElement.dataset.bsTheme;
}
