// Files go up as soon as they are chosen, with their progress; the form then names them. What did not arrive stays in the field and is
// sent with the form, as without scripts.
import { csrf } from "../request.js";
import { t } from "../page.js";
import { isTooLarge, listChosen } from "./files.js";

const FILES = ".__files";
const pending = new Map();

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches?.(`input[type=file][name$="${FILES}"]`) || !field.files.length) return;
  const form = field.form;
  const chosen = [...field.files];
  // what is going up stands in the list above
  leave(field, chosen.filter((file) => isTooLarge(field, file)));
  const work = Promise.all(chosen.map((file) => bring(field, file))).then((left) => leave(field, left.filter(Boolean)));
  const all = Promise.all([pending.get(form), work]);
  pending.set(form, all);
  // the last of several is the end of waiting
  all.then(() => pending.get(form) === all && pending.delete(form));
});

// A form waits for its files; the button that was pressed counts.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const waiting = pending.get(form);
    if (!waiting) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.setAttribute("aria-busy", "true");
    waiting.then(() => {
      form.removeAttribute("aria-busy");
      form.requestSubmit(event.submitter?.form === form ? event.submitter : null);
    });
  },
  true,
);

/** Sends a file; answers the file when it did not arrive. */
async function bring(field, file) {
  if (isTooLarge(field, file)) return file;
  const row = listOf(field).appendChild(document.createElement("li"));
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", t("正在上传 {name}", { name: file.name }));
  row.append(`${file.name} `, bar);
  const answer = await send(file, (part) => (bar.value = part));
  if (answer?.id) {
    show(field, row, answer);
    return null;
  }
  row.replaceChildren(`${file.name} `, Object.assign(document.createElement("span"), { className: "err", textContent: answer?.detail ?? t("没有传上去，提交时再传一次") }));
  row.querySelector(".err").setAttribute("role", "alert");
  return answer?.status === 422 || answer?.status === 413 ? null : file;
}

function send(file, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${document.body.dataset.base ?? ""}/api/v1/attachments`);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.responseType = "json";
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => lengthComputable && progress(loaded / total);
    request.onload = () => done(request.response);
    request.onerror = () => done(null);
    const body = new FormData();
    body.append("file", file);
    request.send(body);
  });
}

function listOf(field) {
  const before = field.previousElementSibling;
  if (before?.matches("ul.files")) return before;
  const list = document.createElement("ul");
  list.className = "files";
  field.before(list);
  return list;
}

function show(field, row, { id, name }) {
  if (!field.multiple) row.parentElement.querySelectorAll("li").forEach((other) => other !== row && other.remove());
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: field.name.slice(0, -FILES.length), value: id, checked: true });
  const label = document.createElement("label");
  label.append(box, ` ${name}`);
  const hint = Object.assign(document.createElement("span"), { className: "hint", textContent: t("去掉勾选即不再附上") });
  row.replaceChildren(label, hint);
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function leave(field, files) {
  const rest = new DataTransfer();
  files.forEach((file) => rest.items.add(file));
  field.files = rest.files;
  listChosen(field);
}
