"use strict";
// A state of the page in its address.
const symbols = "-0+";
function fragment() {
  const row = (values) => values.map((v) => symbols[v + 1]).join("");
  const pack = (text) => text.replace(/(.)\1{2,}/g, (run, c) => `${c}${run.length}.`);
  const parts = new URLSearchParams({ side: state.side, rule: $("rule").value, couplings: $("couplings").value, cue: pack(row(state.cue)), patterns: state.patterns.map((p) => pack(row(p))).join("_") });
  return `#${parts}`;
}

function fromFragment() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const side = Number(parts.get("side"));
  if (!location.hash || ![...$("size").options].some((option) => Number(option.value) === side)) throw new Error("The link holds no state of the playground: ask for it again.");
  const read = (text) => {
    const all = text.replace(/([-0+])(\d{1,4})\./g, (_, c, count) => c.repeat(Math.min(Number(count), side * side)));
    if (all.length !== side * side || /[^-0+]/.test(all)) throw new Error("The link is cut off or changed: ask for it again.");
    return Array.from(all, (c) => symbols.indexOf(c) - 1);
  };
  const patterns = (parts.get("patterns") ?? "").split("_").filter(Boolean).map(read);
  if (patterns.some((p) => p.includes(0)) || patterns.length > 2000) throw new Error("The link's patterns have unknown pixels: ask for it again.");
  const cue = read(parts.get("cue") ?? "");
  resize(side);
  state.patterns = patterns;
  if ([...$("rule").options].some((option) => option.value === parts.get("rule"))) $("rule").value = parts.get("rule");
  if (parts.get("couplings") === "directed") $("couplings").value = "directed";
  showOptions();
  choose(0);
  state.cue = cue;
  restart();
  showCue();
}

async function share() {
  location.hash = fragment();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link to this state is in the address bar and on the clipboard.");
  } catch {
    say("The link to this state is in the address bar.");
  }
}
