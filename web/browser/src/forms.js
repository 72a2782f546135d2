// Small helps on forms.
import "./form/money.js";
import "./form/look.js";
import "./form/drafts.js";
import "./form/upload.js";
import { tooLarge } from "./form/files.js";

// 常用意见: a phrase goes where the cursor stands, and stays editable.
document.addEventListener("click", (event) => {
  const phrase = event.target.closest(".phrase[data-for]");
  if (!phrase) return;
  const box = document.getElementById(phrase.dataset.for);
  box.setRangeText(phrase.textContent.trim(), box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

// A double press sends once; coming back with the browser's "back" finds the buttons alive again.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const heavy = tooLarge(form);
  if (sent.has(form) || heavy) {
    event.preventDefault();
    heavy?.focus();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  // an answer that is a file leaves the page standing
  setTimeout(() => release(form), 8000);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[aria-busy]").forEach(release);
});

function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
}
