/** Menus are <details>, which open without script; here they close on Escape, a click elsewhere, or leaving by Tab. */
const openMenus = () => document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");

function closeUnlessAround(target: EventTarget | null): void {
  for (const menu of openMenus()) {
    if (!(target instanceof Node && menu.contains(target))) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeUnlessAround(event.target));
document.addEventListener("focusin", (event) => closeUnlessAround(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
