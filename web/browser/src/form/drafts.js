// What is typed is kept as a draft a little after the last key: one small request, and none while nothing has changed. Two windows do
// not write over each other: the server keeps both, and this window says so and stops.

import { t } from "../page.js";

const PAUSE = 3000;
const RETRIES = 5;
/** Fields that are no part of what was typed. */
const OURS = new Set(["csrf_token", "once", "revision", "draft_version", "draft_other", "_act"]);

/** What was typed, as the server would get it; files go up by themselves. */
function typed(form) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  return fields;
}

const written = (fields) => new URLSearchParams([...fields].filter(([name]) => !OURS.has(name))).toString();

class Keeper {
  constructor(form) {
    this.form = form;
    this.known = written(typed(form));
    this.timer = null;
    this.stopped = false;
    this.failures = 0;
  }

  later(wait = PAUSE) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), wait);
  }

  async save(keepalive = false) {
    clearTimeout(this.timer);
    const fields = typed(this.form);
    const now = written(fields);
    if (this.stopped || this.busy || now === this.known || this.form.getAttribute("aria-busy")) return;
    fields.set("_act", "autosave");
    this.busy = true;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(this.form.action, { method: "POST", body: fields, credentials: "same-origin", redirect: "manual", keepalive, headers });
      await this.told(answer, now);
    } catch {
      this.again();
    } finally {
      this.busy = false;
    }
    // what was typed meanwhile; what was not taken waits for its own time
    if (now !== written(typed(this.form))) this.later();
  }

  async told(answer, now) {
    if (answer.status >= 500) return this.again();
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      [this.known, this.failures] = [now, 0];
      this.form.elements.draft_version.value = body.version;
      this.form.elements.draft_other?.remove();
    } else {
      // another window, a session that ended, too much: what is typed stays on the page, and the button still sends it
      this.stopped = true;
    }
    this.say(body.words ?? body.detail ?? this.lost(), body.link);
  }

  again() {
    this.failures += 1;
    if (this.failures <= RETRIES) this.later(PAUSE * 2 ** this.failures);
    else this.say(this.lost());
  }

  lost() {
    return t("草稿没有存上；您写的还在这一页，提交时照样送出");
  }

  say(words, link) {
    const place = this.form.querySelector("[data-draft-told]");
    if (!place) return;
    place.textContent = words;
    place.classList.toggle("late", this.stopped);
    if (link) {
      const open = document.createElement("a");
      open.href = location.pathname + location.search;
      open.textContent = link;
      place.append(" ", open);
    }
  }
}

const form = document.querySelector("form[data-keep]");
if (form?.elements.draft_version) {
  const keeper = new Keeper(form);
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => keeper.later());
  // a page that is left, on a phone perhaps for good
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keeper.save(true));
}
