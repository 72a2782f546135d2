// Counters of boxes and messages, kept true while a page stands open: every element with data-count says which it is. A list of tasks
// says what has come meanwhile and leaves its rows where they are. Without this file counters are as old as the page.

import { t } from "./page.js";

const EVERY = 30_000;
const SLOWEST = 300_000;
let wait = EVERY;
let etag = "";
let timer;

function show(counts) {
  for (const place of document.querySelectorAll("[data-count]")) {
    const text = counts[place.dataset.count];
    if (text === undefined || place.textContent === text) continue;
    place.textContent = text;
    const hidden = place.dataset.hideZero === "parent" ? place.parentElement : place;
    if ("hideZero" in place.dataset) hidden.hidden = text === "0";
  }
  const fresh = document.querySelector("[data-fresh]");
  if (!fresh) return;
  const more = Number.parseInt(counts[fresh.dataset.fresh], 10) - Number.parseInt(fresh.dataset.shown, 10);
  fresh.hidden = !(more > 0);
  if (more > 0) fresh.querySelector("a").textContent = t("有 {n} 件新的，显示", { n: more });
}

async function look() {
  clearTimeout(timer);
  if (document.visibilityState === "hidden") return;
  try {
    const base = document.body.dataset.base ?? "";
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(`${base}/counters`, { headers, credentials: "same-origin", redirect: "manual", cache: "no-store" });
    if (answer.status === 401 || answer.type === "opaqueredirect") return;
    wait = EVERY;
    if (answer.ok) {
      etag = answer.headers.get("ETag") ?? "";
      show(await answer.json());
    } else if (answer.status !== 304) {
      wait = Math.min(SLOWEST, wait * 2);
    }
  } catch {
    // out of reach: less and less often
    wait = Math.min(SLOWEST, wait * 2);
  }
  timer = setTimeout(look, wait);
}

if (document.querySelector("[data-count]")) {
  timer = setTimeout(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
