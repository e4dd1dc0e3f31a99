/** Uploading files before a form is sent: chosen, dropped or pasted, each with its own progress. */
import { headers } from "./sending";

/** What the server tells of a stored file. */
export interface StoredFile {
  id: string;
  name: string;
  size: number;
  picture: boolean;
  url: string;
}

type State = "queued" | "uploading" | "failed" | "done";
type Words = Record<string, string>;

const AT_ONCE = 3;
const fields = new WeakMap<HTMLFormElement, UploadField>();

/** The upload field of a form, if it has one. */
export function uploadsOf(form: HTMLFormElement): UploadField | undefined {
  return fields.get(form);
}

export function readableSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const mega = bytes >= 1024 * 1024;
  return `${(bytes / (mega ? 1024 * 1024 : 1024)).toFixed(1)} ${mega ? "MB" : "KB"}`;
}

/** The text for a key, with {placeholders} filled in. */
function say(words: Words, key: string, values: Record<string, string | number> = {}): string {
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, String(value)),
    words[key] ?? "",
  );
}

/** One file: its row on the page and its way to the server. */
class Row {
  state: State = "queued";
  stored: StoredFile | undefined;
  readonly element: HTMLElement;
  private request: XMLHttpRequest | undefined;

  constructor(
    private readonly field: UploadField,
    readonly name: string,
    readonly size: number,
    private readonly file?: File,
  ) {
    this.element = field.cloneRow();
    this.part(".uploads-name").textContent = name;
    const retry = this.part(".uploads-retry");
    const remove = this.part(".uploads-remove");
    retry.setAttribute("aria-label", say(field.words, "retry", { name }));
    remove.setAttribute("aria-label", say(field.words, "remove", { name }));
    this.part(".uploads-progress").setAttribute("aria-label", name);
    retry.addEventListener("click", () => {
      this.enter("queued", field.words.queued);
      field.proceed();
    });
    remove.addEventListener("click", () => field.remove(this));
    if (file?.type.startsWith("image/")) this.showPicture(URL.createObjectURL(file));
    this.enter("queued", field.words.queued);
  }

  /** Send the file; the row shows how it goes. */
  start(): void {
    if (!this.file) return;
    const request = new XMLHttpRequest();
    this.request = request;
    const body = new FormData();
    body.append("file", this.file, this.name);
    request.open("POST", this.field.url);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => this.progress(event));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.fail(this.field.words.network));
    this.enter("uploading", say(this.field.words, "uploading", { percent: 0 }));
    request.send(body);
  }

  /** Show a refusal; `again` tells whether trying once more can help. */
  fail(reason: string | undefined, again = true): void {
    this.enter("failed", reason);
    this.part(".uploads-retry").hidden = !again;
    this.field.settled(`${this.name}：${reason ?? ""}`);
  }

  /** Show the file as stored, and let the form name it. */
  finish(stored: StoredFile): void {
    this.stored = stored;
    this.part(".uploads-name").textContent = stored.name;
    if (stored.picture && !this.element.querySelector("img")) this.showPicture(stored.url);
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "uploads", value: stored.id });
    this.element.append(input);
    this.enter("done", readableSize(stored.size));
  }

  /** Stop and vanish. */
  drop(): void {
    this.request?.abort();
    this.element.remove();
  }

  private answered(request: XMLHttpRequest): void {
    const answer: unknown = request.response;
    if (request.status === 201) {
      this.finish(answer as StoredFile);
      this.field.settled(say(this.field.words, "done", { name: this.name }));
    } else if (request.status === 401) {
      this.fail(this.field.words.expired);
    } else {
      const told = (answer as { error?: string } | null)?.error;
      // What the server refused for its content it refuses again; a full disk or a broken proxy may pass.
      this.fail(told ?? this.field.words.failed, request.status !== 400 && request.status !== 413);
    }
  }

  private progress(event: ProgressEvent): void {
    if (this.state !== "uploading" || !event.lengthComputable) return;
    const percent = Math.floor((event.loaded / event.total) * 100);
    (this.part(".uploads-progress") as HTMLProgressElement).value = percent;
    const words = this.field.words;
    this.part(".uploads-state").textContent =
      percent < 100 ? say(words, "uploading", { percent }) : (words.checking ?? "");
  }

  private enter(state: State, text = ""): void {
    this.state = state;
    this.element.dataset.state = state;
    this.part(".uploads-state").textContent = state === "queued" ? `${readableSize(this.size)} · ${text}` : text;
    this.part(".uploads-retry").hidden = true;
    this.part(".uploads-progress").hidden = state !== "queued" && state !== "uploading";
  }

  private showPicture(url: string): void {
    const image = document.createElement("img");
    image.alt = "";
    image.src = url;
    image.addEventListener("load", () => URL.revokeObjectURL(url));
    // A picture that the browser cannot show keeps the icon.
    image.addEventListener("error", () => image.remove());
    this.part(".uploads-thumb").append(image);
  }

  private part(selector: string): HTMLElement {
    const found = this.element.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`no ${selector} in the row`);
    return found;
  }
}

/** The files of one form. */
export class UploadField {
  readonly words: Words;
  readonly url: string;
  private rows: Row[] = [];
  private waiting: HTMLElement | null | undefined;
  private readonly maxFiles: number;
  private readonly maxBytes: number;

  constructor(
    private readonly root: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    this.words = JSON.parse(root.dataset.words ?? "{}") as Words;
    this.url = root.dataset.url ?? "";
    this.maxFiles = Number(root.dataset.maxFiles);
    this.maxBytes = Number(root.dataset.maxBytes);
    root.classList.add("uploads-live");
    this.adopt();
    this.listen();
  }

  /** What is stored already, for a draft. */
  stored(): StoredFile[] {
    return this.rows.flatMap((row) => row.stored ?? []);
  }

  /** Show files that were stored earlier in place of those shown now. */
  restore(files: StoredFile[]): void {
    for (const row of this.rows) row.drop();
    this.rows = [];
    for (const file of files) this.append(new Row(this, file.name, file.size)).finish(file);
  }

  /** Take in new files and send them, a few at a time. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const row = this.append(new Row(this, file.name, file.size, file));
      if (this.rows.length > this.maxFiles) row.fail(this.words.tooMany, false);
      else if (file.size > this.maxBytes) row.fail(this.words.tooLarge, false);
      else if (file.size === 0) row.fail(this.words.empty, false);
    }
    this.proceed();
  }

  /** Start what waits, as far as not too many are on their way. */
  proceed(): void {
    const under = this.count("uploading");
    for (const row of this.rows.filter((one) => one.state === "queued").slice(0, AT_ONCE - under)) row.start();
  }

  /** Take a file out again. */
  remove(row: Row): void {
    const next = this.rows[this.rows.indexOf(row) + 1] ?? this.rows[this.rows.indexOf(row) - 1];
    row.drop();
    this.rows = this.rows.filter((one) => one !== row);
    (next?.element.querySelector<HTMLElement>(".uploads-remove") ?? this.input()).focus();
    this.settled("");
  }

  /** Something ended, well or not: say it, go on, and send the form if that was asked for. */
  settled(text: string): void {
    this.notice(text);
    this.form.dispatchEvent(new Event("uploads:change"));
    this.proceed();
    if (this.waiting === undefined || this.pending()) return;
    const submitter = this.waiting;
    this.waiting = undefined;
    if (this.count("failed")) this.complain();
    else this.form.requestSubmit(submitter);
  }

  cloneRow(): HTMLElement {
    const template = this.root.querySelector<HTMLTemplateElement>("template.uploads-row");
    const row = template?.content.firstElementChild?.cloneNode(true);
    if (!(row instanceof HTMLElement)) throw new Error("no row to copy");
    return row;
  }

  private append(row: Row): Row {
    this.rows.push(row);
    this.root.querySelector(".uploads-list")?.append(row.element);
    return row;
  }

  /** Turn the rows that the server drew into live ones. */
  private adopt(): void {
    for (const drawn of this.root.querySelectorAll<HTMLElement>(".uploads-item[data-file]")) {
      const file = JSON.parse(drawn.dataset.file ?? "{}") as StoredFile;
      drawn.remove();
      this.append(new Row(this, file.name, file.size)).finish(file);
    }
  }

  private listen(): void {
    const input = this.input();
    input.addEventListener("change", () => {
      // Before it is emptied: emptying also empties the list.
      const chosen = [...(input.files ?? [])];
      input.value = "";
      this.add(chosen);
    });
    this.form.addEventListener("submit", (event) => this.beforeSending(event));
    this.form.addEventListener("dragover", (event) => this.hover(event));
    this.form.addEventListener("dragleave", (event) => {
      if (!this.form.contains(event.relatedTarget as Node | null)) this.root.classList.remove("uploads-over");
    });
    this.form.addEventListener("drop", (event) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      this.root.classList.remove("uploads-over");
      this.add(event.dataTransfer?.files ?? []);
    });
    document.addEventListener("paste", (event) => this.pasted(event));
  }

  private hover(event: DragEvent): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    this.root.classList.add("uploads-over");
  }

  private pasted(event: ClipboardEvent): void {
    const target = event.target;
    const here = target instanceof Node && (this.form.contains(target) || (target === document.body && this.isFirst()));
    const data = event.clipboardData;
    // Cells and paragraphs come as text with a picture of it: the text is what is wanted.
    if (!here || !data?.files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    this.add([...data.files].map((file) => this.named(file)));
  }

  /** Of several forms on a page, what is pasted into none of them goes to the first that shows. */
  private isFirst(): boolean {
    const shown = [...document.querySelectorAll<HTMLElement>("[data-uploads]")].find((root) => root.checkVisibility());
    return shown === this.root;
  }

  /** A screenshot has no name of its own: it gets one that tells when it was pasted. */
  private named(file: File): File {
    if (file.name && file.name !== "image.png") return file;
    const now = new Date();
    const two = (value: number) => String(value).padStart(2, "0");
    const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
    const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
    const taken = this.rows.filter((row) => row.name.includes(`${day}-${time}`)).length;
    const ending = file.type.split("/")[1] ?? "png";
    const name = `${this.words.screenshot}-${day}-${time}${taken ? `-${taken + 1}` : ""}.${ending}`;
    return new File([file], name, { type: file.type });
  }

  private beforeSending(event: SubmitEvent): void {
    if (this.pending()) {
      event.preventDefault();
      this.waiting = event.submitter;
      this.notice(this.words.waiting ?? "", true);
    } else if (this.count("failed")) {
      event.preventDefault();
      this.complain();
    }
  }

  private complain(): void {
    this.notice(this.words.unfinished ?? "", true);
    const row = this.rows.find((one) => one.state === "failed");
    row?.element.querySelector<HTMLElement>(".uploads-retry:not([hidden]), .uploads-remove")?.focus();
  }

  /** Say something to whoever listens; what stops the form is shown as well. */
  private notice(text: string, shown = false): void {
    const place = this.root.querySelector(".uploads-notice");
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("visually-hidden", !shown);
  }

  private pending(): boolean {
    return this.rows.some((row) => row.state === "queued" || row.state === "uploading");
  }

  private count(state: State): number {
    return this.rows.filter((row) => row.state === state).length;
  }

  private input(): HTMLInputElement {
    const found = this.root.querySelector<HTMLInputElement>("input[type=file]");
    if (!found) throw new Error("no file input");
    return found;
  }
}

function carriesFiles(data: DataTransfer | null): boolean {
  return data?.types.includes("Files") ?? false;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-uploads]")) {
  const form = root.closest("form");
  if (form) fields.set(form, new UploadField(root, form));
}
