// Single keys act only where nothing is being typed.

/** Whether a key was pressed alone and outside of everything one types into; single keys can be switched off (data-keys="off"). */
export function outsideFields(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  if (document.documentElement.dataset.keys === "off") return false;
  return !event.target.closest("input:not([type=checkbox]):not([type=range]), select, textarea, [contenteditable]");
}
