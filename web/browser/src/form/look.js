// Fields that depend on others come and go while one fills in, and so do the steps ahead: the buttons "按所填内容更新表单" and
// "看看后面怎么走" are pressed in the background.
// What is there already stays as it is, with what was typed and the cursor; only what is new is put in, and what is gone taken out.

// whom one may choose changes with what is typed: such a part is the same only while its list is
const identity = (part) => (part.dataset.part?.includes("chosen_") ? part.dataset.part + lists(part) : (part.dataset.part ?? part.outerHTML));
const lists = (part) => [...part.querySelectorAll("option, input")].map((one) => one.value).join();

/** Makes the parts of `present` those of `wanted`, in its order. */
function follow(present, wanted) {
  const known = new Map([...present.children].map((part) => [identity(part), part]));
  let place = null;
  for (const part of [...wanted.children]) {
    const kept = known.get(identity(part));
    const [inside, asked] = [kept?.querySelector(":scope > .form"), part.querySelector(":scope > .form")];
    if (inside && asked && part.matches("[data-part^='group:']")) follow(inside, asked);
    const standing = kept ?? part;
    if ((place ? place.nextElementSibling : present.firstElementChild) !== standing) {
      if (place) place.after(standing);
      else present.prepend(standing);
    }
    known.delete(identity(part));
    place = standing;
  }
  for (const gone of known.values()) gone.remove();
}

const fields = (part) => part.querySelector("[data-conditional]") ?? part.querySelector("section > .form");

let running = null;

async function look(form) {
  running?.abort();
  const asking = (running = new AbortController());
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  typed.set("_act", "look");
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: typed, credentials: "same-origin", signal: asking.signal });
  } catch {
    return;
  }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (asking.signal.aborted) return;
  const [present, wanted] = [fields(form), fields(page.getElementById(form.id) ?? page)];
  if (present && wanted) follow(present, wanted);
  const [forecast, foreseen] = [document.querySelector("[data-forecast]"), page.querySelector("[data-forecast]")];
  if (forecast && foreseen) forecast.replaceChildren(...foreseen.children);
}

let soon = null;

/** Whether a field decides what comes next: the rest of the form, or where the case goes (opinions and files do not). */
function decides({ form, name, type }) {
  const conditional = form?.querySelector("[data-conditional]");
  const shows = conditional?.dataset.conditional.split(" ").includes(name.split(".")[0]);
  return shows || (form?.id === "work" && name && !name.startsWith("_") && name !== "opinion" && type !== "file" && foretells());
}

const foretells = () => document.querySelector("[data-forecast]") !== null;

// A choice is looked at now, a text when its writer pauses.
document.addEventListener("change", ({ target }) => {
  if (!decides(target)) return;
  clearTimeout(soon);
  look(target.form);
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches("input, textarea") || target.type === "checkbox" || target.type === "radio" || !decides(target)) return;
  clearTimeout(soon);
  soon = setTimeout(() => look(target.form), 600);
});
