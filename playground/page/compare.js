"use strict";
// Networks beside one another: on one cue, and by how much damage they repair.
async function compare() {
  if (!state.networks.length) throw new Error("There is no network yet: train some, by several rules.");
  const figures = [];
  for (const one of state.networks) {
    const { value, bytes } = await ask(one.engine, { ask: "recall", network: one.id }, bytesOf(state.cue));
    const end = signed(bytes);
    const truth = state.patterns[state.chosen] ?? end;
    const figure = document.createElement("figure");
    const canvas = document.createElement("canvas");
    thumbnail(canvas, end, state.side, truth);
    const wrong = end.filter((s, i) => s !== truth[i]).length;
    const caption = document.createElement("figcaption");
    caption.textContent = `${one.label}: ${wrong} wrong ${wrong === 1 ? "pixel" : "pixels"}; ${value.end}`;
    figure.append(canvas, caption);
    figures.push(figure);
  }
  $("side").replaceChildren(...figures);
}

async function basin() {
  if (!state.networks.length) throw new Error("There is no network yet: train one.");
  const n = state.side ** 2;
  const flips = [...new Set(Array.from({ length: 11 }, (_, k) => Math.round((k * n) / 25)))];
  const colours = ["accent", "hot", "good", "minus"];
  const lines = [];
  for (const one of state.networks.slice(-4)) {
    const { value } = await ask(one.engine, { ask: "basin", network: one.id, flips, repeats: n > 300 ? 3 : 10 });
    lines.push({ name: one.label, colour: colours[lines.length], points: flips.map((f, k) => [f, value.shares[k]]) });
    chart($("basin-chart"), lines, { from: 0, to: 1, across: "flips" });
  }
  $("basin-note").textContent = lines.map((line) => {
    const half = line.points.filter((p) => p[1] >= 0.5).at(-1);
    return `${line.name}: ${half ? `half come back up to ${half[0]} flips` : "fewer than half come back"}`;
  }).join("; ") + ".";
}
