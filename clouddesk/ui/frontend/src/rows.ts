/**
 * Rows of lists (table[data-rows]) open like things on a desktop: by double click and by a long press, beside the click
 * on their title. A single click takes the focus to the row's title, so that Enter opens it; arrow keys go up and down.
 */
const LONG_PRESS_MS = 550;
const FINGER_SLIP_PX = 10;

const TITLE = "a.listing-title";

function titleOf(target: EventTarget | null): HTMLAnchorElement | null {
  if (!(target instanceof Element)) return null;
  return target.closest("[data-rows] tbody tr")?.querySelector<HTMLAnchorElement>(TITLE) ?? null;
}

/** Links, buttons and forms in a row have a meaning of their own. */
const isControl = (target: EventTarget | null) => target instanceof Element && target.closest("a, button, input, form");

document.addEventListener("dblclick", (event) => {
  if (isControl(event.target)) return;
  const title = titleOf(event.target);
  if (!title) return;
  getSelection()?.removeAllRanges();
  title.click();
});

document.addEventListener("click", (event) => {
  if (!isControl(event.target)) titleOf(event.target)?.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.target instanceof HTMLAnchorElement) || !event.target.matches(`[data-rows] ${TITLE}`)) return;
  const titles = [...(event.target.closest("table")?.querySelectorAll<HTMLAnchorElement>(TITLE) ?? [])];
  const next = titles[titles.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

let pressed: { timer: number; x: number; y: number } | undefined;

function letGo(): void {
  clearTimeout(pressed?.timer);
  pressed = undefined;
}

document.addEventListener("pointerdown", (event) => {
  letGo();
  if (event.pointerType === "mouse" || isControl(event.target)) return;
  const title = titleOf(event.target);
  if (!title) return;
  pressed = { timer: window.setTimeout(() => title.click(), LONG_PRESS_MS), x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FINGER_SLIP_PX) letGo();
});

for (const end of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(end, letGo, true);

// The browser's own menu for a long press would come first and cancel it.
document.addEventListener("contextmenu", (event) => {
  if (pressed && titleOf(event.target)) event.preventDefault();
});
