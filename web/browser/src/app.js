// Every page: htmx, keys, and small helps. All pages work without this file.
import htmx from "htmx.org";
import "./keys.js";
import "./forms.js";
import { csrf } from "./request.js";

window.htmx = htmx;

document.addEventListener("htmx:config:request", ({ detail }) => {
  detail.ctx.request.headers["X-CSRFToken"] = csrf();
});
