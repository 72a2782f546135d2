// Single keys act only where nothing is being typed, and can be switched off (WCAG 2.1.4).

const OFF = "banjie-keys-off";

/** Whether single keys are switched off in this browser. */
export function switchedOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

/** Switches single keys off or on again in this browser. */
export function switchOff(off) {
  try {
    localStorage.setItem(OFF, off ? "yes" : "no");
  } catch {
    // a browser that keeps nothing has them on
  }
}

/** Whether a key was pressed alone and outside of everything one types into. */
export function outsideFields(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || switchedOff()) return false;
  return !event.target.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]), select, textarea, [contenteditable], dialog");
}
