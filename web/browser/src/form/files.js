// Chosen files by name and size under their field, and those that are too large before they are sent.
import { t } from "../page.js";

const MB = 1024 * 1024;

function size(bytes) {
  return bytes >= MB ? `${(bytes / MB).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

function entry(file, limit) {
  const made = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = file.name;
  const note = document.createElement("span");
  const wrong = file.size > limit * MB;
  note.className = wrong ? "err" : "hint";
  note.textContent = wrong ? t("文件有 {size}，最多 {limit} MB，请换一个小的", { size: size(file.size), limit }) : size(file.size);
  made.append(name, note);
  return made;
}

/** Lists the chosen files of a field under it. */
export function listChosen(field) {
  let list = field.nextElementSibling;
  if (!list?.matches(".chosen")) {
    list = document.createElement("ul");
    list.className = "files chosen";
    list.setAttribute("role", "status");
    field.after(list);
  }
  list.replaceChildren(...[...field.files].map((file) => entry(file, Number(field.dataset.maxMb) || Infinity)));
}

document.addEventListener("change", ({ target }) => {
  if (target.type === "file") listChosen(target);
});

/** Whether a file is over the limit of its field. */
export function isTooLarge(field, file) {
  return file.size > (Number(field.dataset.maxMb) || Infinity) * MB;
}

/** The first file field of a form with a file over its limit. */
export function tooLarge(form) {
  const fields = [...form.querySelectorAll("input[type=file][data-max-mb]")];
  return fields.find((field) => [...field.files].some((file) => isTooLarge(field, file)));
}
