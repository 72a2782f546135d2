// Fields that depend on others come and go while one fills in: the button "按所填内容更新表单" is pressed in the background.
// What is there already stays as it is, with what was typed and the cursor; only what is new is put in, and what is gone taken out.

const identity = (part) => part.dataset.part ?? part.outerHTML;

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
  const [present, wanted] = [form.querySelector("[data-conditional]"), page.querySelector("[data-conditional]")];
  if (present && wanted) follow(present, wanted);
  const [forecast, foreseen] = [document.querySelector("[data-forecast]"), page.querySelector("[data-forecast]")];
  if (forecast && foreseen) forecast.replaceChildren(...foreseen.children);
}

document.addEventListener("change", ({ target }) => {
  const fields = target.closest("[data-conditional]");
  if (fields && target.form && fields.dataset.conditional.split(" ").includes(target.name.split(".")[0])) look(target.form);
});
