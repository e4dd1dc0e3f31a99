/** Lists that follow another list's choice: of all modules and versions, those of the chosen product. */
function follow(select: HTMLSelectElement): void {
  const form = select.form;
  const master = form?.elements.namedItem(select.dataset.follows ?? "");
  if (!(master instanceof HTMLSelectElement)) return;
  const all = [...select.options];
  const placeholder = all[0]?.value === "" ? all[0] : undefined;
  const invitation = placeholder?.text ?? "";

  const narrow = () => {
    const kept = select.value;
    const fitting = all.filter((option) => option.dataset.of === master.value);
    select.replaceChildren(...(placeholder ? [placeholder] : []), ...fitting);
    if (placeholder) placeholder.text = master.value ? invitation : (select.dataset.before ?? invitation);
    select.disabled = !master.value;
    select.value = fitting.some((option) => option.value === kept) ? kept : "";
  };
  master.addEventListener("change", narrow);
  narrow();
}

for (const select of document.querySelectorAll<HTMLSelectElement>("select[data-follows]")) follow(select);
