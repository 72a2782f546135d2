// Keys of the whole site: / searches, ? lists the keys, j and k move through a list, x ticks, Ctrl Enter agrees to a task.

import { outsideFields, switchedOff, switchOff } from "./typing.js";

const rows = () => [...document.querySelectorAll("table.box .ttl")];

function move(by) {
  const titles = rows();
  if (!titles.length) return false;
  const here = titles.findIndex((title) => title.closest("tr").classList.contains("here"));
  if (by > 0 && here === titles.length - 1 && neighbour("next")) return true;
  const next = titles[Math.min(titles.length - 1, Math.max(0, here + by))];
  titles[here]?.closest("tr").classList.remove("here");
  next.closest("tr").classList.add("here");
  next.focus();
  return true;
}

function tick() {
  const box = document.querySelector("table.box tr.here input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function neighbour(name) {
  const link = document.querySelector(`a[data-key="${name}"]`);
  link?.click();
  return Boolean(link);
}

function help() {
  const table = document.getElementById("keys");
  if (!table?.showModal) return false;
  table.querySelector("[data-single-keys]").checked = !switchedOff();
  table.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) help();
  // a press beside the table closes it, as Escape does
  if (event.target.id === "keys") event.target.close();
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-single-keys]")) switchOff(!target.checked);
});

function search() {
  const field = document.querySelector(".find input");
  field?.focus();
  return Boolean(field);
}

const SINGLE = {
  "/": search,
  "?": help,
  j: () => move(1) || neighbour("j"),
  k: () => move(-1) || neighbour("k"),
  x: tick,
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const agree = document.querySelector("button[data-key='agree']");
    if (!agree) return;
    event.preventDefault();
    agree.click();
  } else if (outsideFields(event) && SINGLE[event.key]?.()) {
    event.preventDefault();
  }
});
