// The replay of a case, step by step on its diagram.
//   <script type="application/json" id="replay-data">{"xml": "…", "choices": [ids], "steps": [{"seq", "at", "actor", "title", "entered": [ids],
//     "left": [ids], "gone": [ids], "reached": [ids], "chosen": [ids], "why": [texts], "waiting": text, "changes": [[name, old, new]], "hash", "previous"}]}</script>
//   <div class="bp" data-replay="diagram">   <input type="range" data-replay="at" min="1" max="N" value="N">
//   <button data-replay="play|previous|next">   and places that are filled: data-replay="caption|title|why|waiting|hash|previous-hash"
//   <tbody data-replay="variables">   <ol data-replay="steps"><li data-seq="1"> …
// `entered` and `left` are the ids of the step's element_entered and element_left events, in order. The step stands in the address (#s10).
import { documentOf, open } from "./diagram.js";
import { t } from "./page.js";
import { outsideFields } from "./typing.js";
import { startOf } from "./replay/moments.js";

const { xml, choices, steps } = documentOf("replay-data");
const moments = startOf(steps);
const part = (name) => document.querySelector(`[data-replay="${name}"]`);
const slider = part("at");
const play = part("play");
let diagram = null;
let index = steps.length - 1;
let playing = 0;

function fill(name, text) {
  const place = part(name);
  if (place) place.textContent = text ?? "";
}

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function variableRow({ name, before, after, changed, last }) {
  const row = document.createElement("tr");
  if (changed) row.className = "here";
  const [old, now] = [document.createElement("td"), document.createElement("td")];
  old.append(changed && before !== null ? element("del", before) : element("span", before ?? t("无"), before === null ? "muted" : ""));
  now.append(changed ? element("ins", after ?? t("无")) : element("span", after ?? t("无")));
  row.append(element("td", name), old, now, element("td", t("第 {n} 步", { n: last }), "opt muted"));
  return row;
}

function show(to) {
  index = Math.max(0, Math.min(steps.length - 1, to));
  const step = steps[index];
  const moment = moments[index];
  slider.value = index + 1;
  slider.setAttribute("aria-valuetext", [t("第 {n} 步", { n: step.seq }), step.at, step.title].join("，"));
  fill("caption", `${t("第 {n} 步", { n: step.seq })}　${step.at}`);
  fill("title", [step.actor, step.title].filter(Boolean).join(" "));
  fill("waiting", step.waiting);
  fill("hash", step.hash);
  fill("previous-hash", step.previous);
  part("why")?.replaceChildren(...(step.why ?? []).map((text) => element("li", text)));
  part("variables")?.replaceChildren(...moment.variables.map(variableRow));
  for (const entry of part("steps")?.querySelectorAll("[data-seq]") ?? []) {
    const seq = Number(entry.dataset.seq);
    entry.classList.toggle("done", seq < step.seq);
    entry.classList.toggle("now", seq === step.seq);
    if (seq === step.seq) within(entry);
  }
  diagram?.mark({ ...moment, choices });
  diagram?.show(moment.now);
}

// the list scrolls, the page does not
function within(entry) {
  const list = entry.parentElement;
  list.scrollTop = entry.offsetTop - list.offsetTop - list.clientHeight / 2;
}

function go(to) {
  show(to);
  history.replaceState(null, "", `#s${steps[index].seq}`);
}

function stop() {
  clearInterval(playing);
  playing = 0;
  if (play) play.querySelector("[data-words]").textContent = t("播放");
}

function toggle() {
  if (playing) return stop();
  if (index === steps.length - 1) go(0);
  play.querySelector("[data-words]").textContent = t("暂停");
  playing = setInterval(() => {
    go(index + 1);
    if (index === steps.length - 1) stop();
  }, 1100);
}

function fromAddress() {
  const seq = Number(/^#s(\d+)$/.exec(location.hash)?.[1]);
  const found = steps.findIndex((step) => step.seq === seq);
  return found === -1 ? steps.length - 1 : found;
}

slider.addEventListener("input", () => { stop(); go(Number(slider.value) - 1); });
play?.addEventListener("click", toggle);
part("previous")?.addEventListener("click", (event) => { event.preventDefault(); stop(); go(index - 1); });
part("next")?.addEventListener("click", (event) => { event.preventDefault(); stop(); go(index + 1); });
part("steps")?.addEventListener("click", (event) => {
  const entry = event.target.closest("[data-seq]");
  if (entry) { stop(); go(steps.findIndex((step) => step.seq === Number(entry.dataset.seq))); }
});
addEventListener("hashchange", () => show(fromAddress()));
document.addEventListener("keydown", (event) => {
  if (!outsideFields(event) || event.target.closest("button, a, [data-replay=at]")) return;
  const does = { ArrowLeft: () => { stop(); go(index - 1); }, ArrowRight: () => { stop(); go(index + 1); }, " ": toggle }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});

open(part("diagram"), xml).then((drawn) => {
  diagram = drawn;
  show(fromAddress());
  part("diagram").dataset.ready = drawn ? "drawn" : "none";
});
