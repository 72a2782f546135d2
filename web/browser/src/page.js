// The words of scripts: Chinese in the source, in the language of the page where base.html brings a translation.

let known;

/** The text in the language of the page, with its {places} filled. */
export function t(text, values = {}) {
  known ??= JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  return (known[text] ?? text).replace(/{(\w+)}/g, (whole, name) => values[name] ?? whole);
}
