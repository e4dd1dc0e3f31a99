/**
 * Keeping what is typed but not sent yet: on the server, and in this browser until the server has it. A form without
 * an address for drafts is kept in this browser alone.
 *
 * The form's key stays the same until the form is sent, so a copy with another key is one that was sent meanwhile.
 */
import { headers } from "./sending";
import { type StoredFile, uploadsOf } from "./uploads";

interface Copy {
  key: string;
  at: number;
  /** The version of the server's draft that this one goes on from. */
  version: number;
  fields: Record<string, string>;
  files: StoredFile[];
}

const PAUSE = 1200;
const SENT = "clouddesk:sent";

class DraftKeeper {
  private timer: number | undefined;
  private stopped = false;
  private sent = false;
  private version: number;
  private readonly place: string;

  constructor(private readonly form: HTMLFormElement) {
    this.place = placeOf(form);
    this.version = Number(form.dataset.draftVersion ?? 0);
    this.restore();
    for (const kind of ["input", "change", "uploads:change"]) form.addEventListener(kind, () => this.changed());
    form.addEventListener("submit", (event) => this.sending(event));
    window.addEventListener("pageshow", () => {
      this.sent = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.timer !== undefined) void this.save();
    });
    const discard = form.querySelector<HTMLElement>("[data-draft-discard]");
    discard?.addEventListener("click", () => void this.discard());
    if (discard) discard.hidden = false;
  }

  private changed(): void {
    if (this.stopped) return;
    store(this.place, this.copy());
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), PAUSE);
  }

  /** Hand the draft to the server; the browser's copy goes once the server has the same. */
  private async save(): Promise<void> {
    window.clearTimeout(this.timer);
    this.timer = undefined;
    const url = this.form.dataset.draftUrl;
    if (this.stopped || !url) return;
    const copy = this.copy();
    const body = JSON.stringify({ ...copy.fields, key: copy.key, uploads: copy.files.map((file) => file.id) });
    try {
      // Browsers carry a closing page's request to its end only when its body is small.
      const options = { method: "POST", headers: headers(), body, keepalive: body.length < 20_000 };
      const answer = await fetch(url, options);
      if (answer.ok) {
        this.version = ((await answer.json()) as { version: number }).version;
        if (this.timer === undefined && !this.sent) localStorage.removeItem(this.place);
        this.say("saved");
      } else {
        this.say(answer.status === 401 ? "expired" : "local");
      }
    } catch {
      this.say("local");
    }
  }

  /** The browser keeps a copy of what is sent, since the answer may be the sign-in page. */
  private sending(event: SubmitEvent): void {
    if (event.defaultPrevented) return;
    window.clearTimeout(this.timer);
    this.timer = undefined;
    this.sent = true;
    store(this.place, this.copy());
    sessionStorage.setItem(SENT, this.place);
  }

  private restore(): void {
    const copy = read(this.place);
    if (!copy) return;
    if (copy.key !== this.key()) {
      localStorage.removeItem(this.place);
      return;
    }
    // A form that came back with errors shows what was sent, and the server's draft may be from another computer.
    if (this.form.dataset.draftVersion === undefined) return;
    if (copy.version !== this.version && copy.at <= this.version) return;
    for (const [name, value] of Object.entries(copy.fields)) this.fill(name, value);
    this.form.closest("details")?.setAttribute("open", "");
    uploadsOf(this.form)?.restore(copy.files);
    const notice = this.form.querySelector<HTMLElement>("[data-draft-notice]");
    const time = notice?.querySelector("time");
    if (time) time.textContent = new Date(copy.at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" });
    if (notice) notice.hidden = false;
    this.timer = window.setTimeout(() => void this.save(), PAUSE);
  }

  private fill(name: string, value: string): void {
    const control = this.form.elements.namedItem(name);
    if (control instanceof RadioNodeList) control.value = value;
    else if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = value !== "";
    else if (
      control instanceof HTMLInputElement ||
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement
    ) {
      control.value = value;
      // Lists that follow this one must know before they are filled, and counters must count.
      control.dispatchEvent(new Event(control instanceof HTMLSelectElement ? "change" : "input"));
    }
  }

  private async discard(): Promise<void> {
    this.stopped = true;
    window.clearTimeout(this.timer);
    localStorage.removeItem(this.place);
    try {
      await fetch(this.form.dataset.draftUrl ?? "", { method: "DELETE", headers: headers() });
    } finally {
      window.location.replace(window.location.pathname);
    }
  }

  /** Everything in the form but its proof of origin and its files; an unticked box is kept as empty. */
  private copy(): Copy {
    const fields: Record<string, string> = {};
    for (const control of this.form.elements) {
      if (control instanceof HTMLInputElement && control.type === "checkbox" && control.name) fields[control.name] = "";
    }
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && !["csrfmiddlewaretoken", "key", "uploads"].includes(name)) fields[name] = value;
    }
    return {
      key: this.key(),
      at: Date.now(),
      version: this.version,
      fields,
      files: uploadsOf(this.form)?.stored() ?? [],
    };
  }

  private key(): string {
    return this.form.querySelector<HTMLInputElement>("input[name=key]")?.value ?? "";
  }

  /** One of the sentences that the page brought along: saved, local or expired. */
  private say(what: "saved" | "local" | "expired"): void {
    const status = this.form.querySelector<HTMLElement>("[data-draft-status]");
    if (!status) return;
    const time = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    status.textContent = (status.dataset[what] ?? "").replace("{time}", time);
  }
}

function read(place: string): Copy | undefined {
  try {
    return (JSON.parse(localStorage.getItem(place) ?? "null") as Copy | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function store(place: string, copy: Copy): void {
  try {
    localStorage.setItem(place, JSON.stringify(copy));
  } catch {
    // The browser's storage is full or switched off: the server's copy has to do.
  }
}

/** Where this browser keeps the draft of a form. */
function placeOf(form: HTMLFormElement): string {
  return `clouddesk:draft:${form.dataset.draft}:${form.dataset.draftUser}`;
}

/** The page after a form was sent: its copy goes, unless this is the sign-in page, an error, or that form again. */
function forgetSent(forms: HTMLFormElement[]): void {
  const place = sessionStorage.getItem(SENT);
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (place === null || visit?.responseStatus !== 200 || document.querySelector("input[type=password]")) return;
  sessionStorage.removeItem(SENT);
  if (!forms.some((form) => placeOf(form) === place)) localStorage.removeItem(place);
}

const forms = [...document.querySelectorAll<HTMLFormElement>("form[data-draft]")];
forgetSent(forms);
for (const form of forms) new DraftKeeper(form);
