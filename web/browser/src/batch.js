// Ticked rows of a list: the bar shows how many, and is there when something is ticked.

function show() {
  const bar = document.querySelector("[data-batch]");
  if (!bar) return;
  const ticked = document.querySelectorAll('input[type=checkbox][form="batch"]:checked').length;
  const words = bar.querySelector("[data-batch-words]");
  words.textContent = words.dataset.batchWords.replace("{n}", ticked);
  bar.hidden = !ticked;
}

document.addEventListener("change", ({ target }) => {
  if (target.form?.id === "batch") show();
});
// rows that htmx has put in, and ticks that the browser's "back" brings again
document.addEventListener("htmx:after:swap", show);
addEventListener("pageshow", show);
