// Every page: htmx, keys, and small helps. All pages work without this file.
import htmx from "htmx.org";
import "./keys.js";
import "./forms.js";
import "./batch.js";
import "./counters.js";
import { csrf } from "./request.js";

window.htmx = htmx;
document.documentElement.classList.add("scripted");

document.addEventListener("htmx:config:request", ({ detail }) => {
  detail.ctx.request.headers["X-CSRFToken"] = csrf();
});
// A part of a page that cannot be had (signed out, gone) is asked for as a page, which says why.
document.addEventListener("htmx:before:response", (event) => {
  const { response, request } = event.detail.ctx;
  if (response.raw.ok && !response.raw.redirected) return;
  event.preventDefault();
  location.assign(request.action);
});
