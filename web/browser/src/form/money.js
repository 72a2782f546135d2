// 人民币大写 under money fields while one types; the server writes the same when the page is made (forms/money.py).

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿"];

/** The amount in capital numerals, or "" for what is no amount below one 万亿 with at most two decimals. */
export function upper(text) {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "").replace(/^[¥￥]/, "").replace(/元$/, "");
  const found = /^([+-]?)(\d{1,20})(?:\.(\d{1,10}))?$/.exec(plain);
  if (!found) return "";
  const [, sign, whole, part = ""] = found;
  const cents = part.replace(/0+$/, "");
  const yuan = whole.replace(/^0+(?=\d)/, "");
  if (cents.length > 2 || yuan.length > 12) return "";
  const nothing = yuan === "0" && !cents;
  return `人民币${sign === "-" && !nothing ? "负" : ""}${spoken(yuan, cents.padEnd(2, "0"))}`;
}

function spoken(yuan, cents) {
  const [jiao, fen] = [Number(cents[0]), Number(cents[1])];
  const head = yuan === "0" ? "" : `${integer(Number(yuan))}元`;
  if (!jiao && !fen) return `${head || "零元"}整`;
  const tail = jiao ? `${DIGITS[jiao]}角` : head && "零";
  return head + tail + (fen ? `${DIGITS[fen]}分` : "整");
}

function integer(number) {
  let text = "";
  let gap = false;
  for (let index = GROUPS.length - 1; index >= 0; index -= 1) {
    const group = Math.floor(number / 10_000 ** index) % 10_000;
    if (!group) {
      gap = text !== "";
      continue;
    }
    if (text && (gap || group < 1000)) text += "零";
    text += thousands(group) + GROUPS[index];
    gap = false;
  }
  return text;
}

function thousands(group) {
  let text = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (!digit) {
      gap = text !== "";
      continue;
    }
    text += (gap ? "零" : "") + DIGITS[digit] + PLACES[place];
    gap = false;
  }
  return text;
}

document.addEventListener("input", ({ target }) => {
  const place = target.dataset?.upper && document.getElementById(target.dataset.upper);
  if (place) place.textContent = upper(target.value);
});
