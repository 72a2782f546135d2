// Requests of our own scripts: with the session and its CSRF token, answered with JSON or with a sentence that can be shown.

/** The CSRF token of the page: <meta name="csrf-token" content="…">. */
export function csrf() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

import { t } from "./page.js";

const LOST = "连不上服务器。您画的都还在这个页面里，请稍后再试。";
const ENDED = "登录已过期。请在新标签页里登录，然后回到这里再试，您画的都还在。";

/** Posts a form; answers {ok, status, body, sentence}: `sentence` says what went wrong when it is not ok. */
export async function post(address, form) {
  let answer;
  try {
    const headers = { "X-CSRFToken": csrf(), Accept: "application/json" };
    answer = await fetch(address, { method: "POST", body: form, credentials: "same-origin", headers, redirect: "manual" });
  } catch {
    return { ok: false, status: 0, body: {}, sentence: t(LOST) };
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return { ok: true, status: answer.status, body, sentence: "" };
  const ended = answer.status === 401 || answer.type === "opaqueredirect";
  return { ok: false, status: answer.status, body, sentence: ended ? t(ENDED) : body.detail || body.title || t("服务器回答了 {status}。", { status: answer.status }) };
}
