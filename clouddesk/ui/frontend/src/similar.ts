/** While a title is typed, solved questions like it are offered beneath. */
import { headers } from "./sending";

const PAUSE = 400;

function offer(title: HTMLInputElement, place: HTMLElement): void {
  let timer: number | undefined;
  let asked: AbortController | undefined;

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = `${title.dataset.similar}?${new URLSearchParams({ title: title.value })}`;
    try {
      const answer = await fetch(address, { headers: headers(), signal: asked.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
    } catch {
      // Overtaken by the next key, or no network: there is simply nothing to offer.
    }
  };
  title.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
}

const place = document.getElementById("similar");
const title = document.querySelector<HTMLInputElement>("input[data-similar]");
if (place && title) offer(title, place);
