"use strict";
// The page: its controls, and how it begins.
function listen() {
  const on = (id, work) => ($(id).onclick = guarded(work));
  on("add-digit", () => sample("digits", Math.floor(Math.random() * 100)));
  // Glyphs 33 to 126: capital letters from number 32 on.
  on("add-letter", () => sample("letters", 32 + (state.patterns.length % 26)));
  on("add-blank", () => {
    addPattern(new Array(state.side ** 2).fill(-1));
    $("drawing").open = true;
    showPatterns();
  });
  on("clear", () => resize(state.side));
  on("remove", () => {
    state.patterns.splice(state.chosen, 1);
    choose(Math.max(0, state.chosen - 1));
  });
  on("train", train);
  on("stop", stop);
  on("save", saveNetwork);
  on("forget", forget);
  on("share", share);
  on("step", async () => (await step()) || say("At rest: no neuron wants to flip."));
  on("sweep", async () => (await sweep()) || say("At rest: no neuron wants to flip."));
  on("run", runToEnd);
  on("reset", noise);
  on("compare", compare);
  on("basin", basin);
  $("noise").oninput = noise;
  $("size").onchange = guarded(() => resize(Number($("size").value)));
  $("drawing").ontoggle = showPatterns;
  for (const id of ["rule", "objective"]) $(id).onchange = showOptions;
  const files = (id, work) => ($(id).onchange = guarded(async () => {
    const chosen = [...$(id).files];
    $(id).value = "";
    for (const file of chosen) await work(file);
  }));
  files("own", ownImage);
  files("load", loadNetwork);
  playable($("cue"), damage);
  playable($("draw"), draw);
  $("field").onpointermove = (event) => showField(pixelAt($("field"), event)).catch((error) => say(error.message, true));
  $("field").onpointerleave = () => showField();
  const again = () => {
    state.overlaps = null;
    showPatterns();
    showMatrix();
    look().catch((error) => say(error.message, true));
  };
  addEventListener("resize", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  addEventListener("hashchange", guarded(() => location.hash !== fragment() && fromFragment()));
}

async function begin() {
  listen();
  rules = (await ask("core", { ask: "rules" })).value.rules;
  $("rule").replaceChildren(...rules.map((rule) => Object.assign(document.createElement("option"), { value: rule.name, textContent: rule.name, title: rule.best_at })));
  $("rule").value = "pseudo-inverse";
  showOptions();
  showMatrix();
  if (native) for (const side of [32, 48, 64]) $("size").append(Object.assign(document.createElement("option"), { textContent: side }));
  if (location.hash) {
    try {
      return fromFragment();
    } catch (error) {
      say(error.message, true);
    }
  }
  const { bytes } = await ask("core", { ask: "samples", set: "digits", height: 8, width: 8, indices: [0, 1, 2, 3, 4, 5, 6, 7] });
  const all = signed(bytes);
  state.patterns = Array.from({ length: all.length / 64 }, (_, k) => all.slice(64 * k, 64 * k + 64));
  choose(0);
  await train();
}

guarded(begin)().then(() => (document.body.dataset.ready = "yes"));
