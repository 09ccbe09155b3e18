"use strict";
// The playground in a real Chromium, opened from its folder, without a network, and served by the program:
// node browser.js DIST SHOTS PROGRAM. PROGRAM is `attractor` with the feature `serve`; what the page trains is compared with
// what it trains.
const { chromium } = require("playwright-core");
const assert = require("node:assert/strict");
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const zlib = require("node:zlib");

const [dist, shots, program] = process.argv.slice(2).map((p) => path.resolve(p));
const MOST_CORE = 250_000;
const MOST_PAGE = 24_000;
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "playground-"));
const faults = [];

async function opened(context, hash = "", address = `file://${dist}/index.html`) {
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  const own = (url) => /^(file|blob|data):/.test(url) || (address.startsWith("http:") && url.startsWith(address));
  page.on("request", (request) => own(request.url()) || faults.push(`asked the network for ${request.url()}`));
  await page.goto(address + hash);
  await page.waitForSelector("body[data-ready=yes]", { timeout: 60_000 });
  return page;
}

const message = (page) => page.textContent("#message");
const said = (page, words) => until(page, `document.querySelector("#message").textContent.includes(${JSON.stringify(words)})`);
const script = (page, text) => page.evaluate(text);

/** Waits until the expression is true; the page's policy forbids the browser's own way of asking again. */
async function until(page, expression, milliseconds = 60_000) {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (await script(page, expression)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`not true in time: ${expression}; the page says: ${await message(page)}`);
}

function sizes() {
  const text = fs.readFileSync(path.join(dist, "core.wasm.js"), "utf8");
  const core = Buffer.from(text.match(/"([^"]+)";/)[1], "base64").length;
  const own = fs.readdirSync(dist).filter((file) => !file.endsWith(".wasm.js")).map((file) => zlib.gzipSync(fs.readFileSync(path.join(dist, file))).length);
  const page = own.reduce((a, b) => a + b);
  console.log(`core ${core} bytes gzipped, page ${page}`);
  assert(core <= MOST_CORE, `core module of ${core} bytes`);
  assert(page <= MOST_PAGE, `page of ${page} bytes`);
}

/** First paint and a recall step at N = 784, told and not asserted. */
async function pace(page) {
  const paint = await script(page, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
  console.log(`first paint after ${Math.round(paint)} ms`);
  const step = await script(page, `(async () => {
    resize(28);
    for (let k = 0; k < 12; k++) await sample("digits", k);
    $("rule").value = "hebbian";
    await train();
    const times = [];
    for (let k = 0; k < 100; k++) { const t = performance.now(); await look(); times.push(performance.now() - t); }
    return times.sort((a, b) => a - b)[50];
  })()`);
  console.log(`a recall step of 784 neurons, drawn: median ${step.toFixed(1)} ms`);
}

async function drawsDamagesRecalls(page) {
  assert.equal(await page.locator("#patterns button").count(), 8);
  await page.click("#add-blank");
  const box = await page.locator("#draw").boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 20, box.y + box.height - 20, { steps: 20 });
  await page.mouse.up();
  assert(await script(page, "state.patterns[8].filter((s) => s === 1).length") >= 6, "the mouse draws");
  await page.click("#train");
  await said(page, "pseudo-inverse: 0 wrong bits");
  const cue = await page.locator("#cue").boundingBox();
  await page.mouse.click(cue.x + 5, cue.y + 5);
  await page.check("input[value=erase]");
  await page.mouse.click(cue.x + cue.width - 5, cue.y + 5);
  await page.focus("#cue");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  assert.deepEqual(await script(page, "[state.cue[0] !== state.patterns[8][0], state.cue[7], state.cue[15]]"), [true, 0, 0]);
  await until(page, "Number(document.querySelector('#unstable').textContent) > 0");
  await page.click("#step");
  await until(page, "Number(document.querySelector('#changed').textContent) === 1");
  await page.click("#run");
  await said(page, "Recall ended: fixed point");
  assert.match(await message(page), /pattern 9/);
  assert.deepEqual(await script(page, "state.cue"), await script(page, "state.patterns[8]"));
  const energies = await script(page, "state.energies");
  assert(energies.every((e, k) => !k || e <= energies[k - 1] + 1e-9), "the energy falls");
}

/** Exact training of 12 neurons' worth of patterns beside the program: wrong bits, bound, margin and weights. What repairs noise
 * rests on the platform's logarithm and exponential, and agrees but for rounding; all else agrees bit for bit. */
async function exactAsTheProgram(page) {
  const patterns = Array.from({ length: 14 }, (_, m) => Array.from({ length: 9 }, (_, i) => ((m * 37 + i * i * 11 + m * i * 5) % 7 < 3 ? 1 : -1)));
  for (const [couplings, wide, noise] of [["symmetric", 9, 0], ["symmetric", 12, 0], ["directed", 12, 0], ["symmetric", 12, 0.05]]) {
    const all = patterns.map((row) => (wide === 9 ? row : [...row, row[0] * row[4], row[2] * row[7], -row[8] * row[1]]));
    const input = path.join(temporary, "patterns.csv");
    fs.writeFileSync(input, all.map((row) => row.join(",")).join("\n") + "\n");
    const output = path.join(temporary, "network.safetensors");
    const report = path.join(temporary, "report.json");
    execFileSync(program, ["train", input, "-o", output, "--couplings", couplings, "--noise", String(noise), "--report", report, "--time-limit", "60s"], { stdio: "ignore" });
    const native = JSON.parse(fs.readFileSync(report, "utf8"));
    const web = await page.evaluate(async ({ all, couplings, noise }) => {
      const asked = noise > 0 ? { objective: "repair", noise } : { objective: "margin" };
      const { value } = await ask("exact", { ask: "train", rule: "exact", count: all.length, height: 1, width: all[0].length, directed: couplings === "directed", seed: 0, seconds: 60, ...asked }, joined(all));
      const { bytes } = await ask("exact", { ask: "weights", network: value.network });
      return { value, weights: Array.from(new Float32Array(bytes.buffer)) };
    }, { all, couplings, noise });
    const file = fs.readFileSync(output);
    const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))));
    const start = 8 + Number(file.readBigUInt64LE(0)) + header.weights.data_offsets[0];
    const weights = web.weights.map((_, k) => Math.fround(file.readDoubleLE(start + 8 * k)));
    assert.equal(web.value.wrong_bits, native.wrong_bits);
    assert.equal(web.value.lower_bound, native.lower_bound);
    assert.equal(web.value.status, native.status);
    const off = Math.max(Math.abs(web.value.margin - native.margin), ...web.weights.map((w, k) => Math.abs(w - weights[k])));
    assert(off <= (noise > 0 ? 1e-4 : 0), `off by ${off}`);
    console.log(`${couplings}, N = ${wide}: ${native.wrong_bits} wrong bits, no fewer than ${native.lower_bound}, the program's weights but for ${off}`);
    fs.rmSync(output);
    fs.rmSync(report);
  }
}

async function files(page) {
  const broken = path.join(temporary, "broken.safetensors");
  fs.writeFileSync(broken, Buffer.from("this is no network"));
  await page.setInputFiles("#load", broken);
  await said(page, "broken.safetensors");
  assert.equal(await page.getAttribute("#message", "class"), "bad");
  console.log(`refused: ${await message(page)}`);
  const download = page.waitForEvent("download");
  await page.click("#save");
  const saved = path.join(temporary, "saved.safetensors");
  await (await download).saveAs(saved);
  // The program reads what the page saved.
  execFileSync(program, ["inspect", saved], { stdio: "ignore" });
  const before = await page.locator("#networks tbody tr").count();
  await page.setInputFiles("#load", saved);
  await until(page, `document.querySelectorAll("#networks tbody tr").length === ${before + 1}`);
}

async function sharesAndCompares(page, context) {
  await page.selectOption("#rule", "hebbian");
  await page.click("#train");
  await said(page, "hebbian:");
  await page.selectOption("#rule", "exact");
  await page.click("#train");
  await said(page, "exact, recall: 0 wrong bits");
  await page.click("#compare");
  await until(page, "document.querySelectorAll('#side figure').length >= 3");
  await page.click("#basin");
  await until(page, "document.querySelector('#basin-note').textContent.includes('exact')");
  await page.click("#share");
  const hash = await script(page, "location.hash");
  const other = await opened(context, hash);
  assert.deepEqual(await script(other, "state.patterns"), await script(page, "state.patterns"));
  assert.deepEqual(await script(other, "state.cue"), await script(page, "state.cue"));
  const wrong = await opened(context, "#side=8&cue=nonsense&patterns=x");
  assert.match(await message(wrong), /cut off or changed|wrong bits/);
  await other.close();
  await wrong.close();
}

const hard = "(() => { state.patterns = Array.from({ length: 90 }, (_, m) => state.patterns[0].map((_, i) => (Math.sin(m * m + 7 * i + m * i) > 0 ? 1 : -1))); choose(0); })()";
const rows = (page) => page.locator("#networks tbody tr").count();

/** A stopped training leaves the networks that were there, and its best one so far. */
async function stops(page, engine) {
  await script(page, hard);
  await page.selectOption("#rule", "exact");
  const before = await rows(page);
  await page.fill("#limit", "600");
  await page.click("#train");
  await page.waitForSelector("#stop:visible");
  await until(page, engine === "native" ? "/[0-9] wrong bits found/.test(document.querySelector('#course-text').textContent)" : "state.training.kept !== null");
  await page.click("#stop");
  await said(page, engine === "native" ? "when it was stopped" : "The best network so far stays");
  await until(page, "state.training === null");
  assert.equal(await rows(page), before + 1);
  assert(await script(page, "state.networks.every((one) => one.engine === 'core')"));
  const { wrong_bits, lower_bound } = await script(page, "(({ wrong_bits, lower_bound }) => ({ wrong_bits, lower_bound }))(network())");
  assert(wrong_bits > 0 && wrong_bits < (90 * 64) / 4 && lower_bound <= wrong_bits, `${wrong_bits} wrong bits, ${lower_bound} proven`);
  console.log(`stopped (${engine}): ${await message(page)}`);
  await script(page, "look()");
  await page.fill("#limit", "10");
}

/** Every option of exact training, and biases, reach the engine; what is hovered is told in numbers. */
async function options(page) {
  await page.selectOption("#rule", "hebbian");
  await page.check("#bias");
  await page.click("#train");
  await said(page, "hebbian, biases: ");
  assert(await script(page, "network().biases && network().biasValues.some((b) => b !== 0)"));
  await page.hover("#cue", { position: { x: 60, y: 60 } });
  await until(page, "/^Neuron at row .*field .*bias .*strongest weight/.test(document.querySelector('#field-text').textContent)");
  await page.uncheck("#bias");
  assert(await page.locator("#exact-options").isHidden());
  await page.selectOption("#rule", "exact");
  for (const [objective, weights, label] of [["survive", "real", "exact, survive"], ["margin", "ternary", "exact, ternary, margin"], ["sparse", "real", "exact, sparse"], ["repair", "real", "exact, repair"], ["recall", "real", "exact, recall"]]) {
    await page.selectOption("#objective", objective);
    await page.selectOption("#weights", weights);
    await page.click("#train");
    await said(page, `${label}: 0 wrong bits`);
  }
  assert(await script(page, "state.networks.find((one) => one.label === 'exact, ternary, margin').weights.every((w) => [-1, 0, 1].includes(w))"));
  const survives = await script(page, "radiusOf(state.networks.find((one) => one.label === 'exact, survive'))");
  assert(survives >= await script(page, "radiusOf(network())"), "what is trained to survive survives at least as much");
  const before = await rows(page);
  await page.click("#forget");
  await until(page, `document.querySelectorAll("#networks tbody tr").length === ${before - 1}`);
}

/** The same page over the program. */
async function served(browser) {
  const host = spawn(program, ["serve"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = await new Promise((done) => host.stdout.once("data", (data) => done(String(data))));
    const address = line.match(/http:\S+/)[0];
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    const page = await opened(context, "", address);
    await drawsDamagesRecalls(page);
    await files(page);
    await options(page);
    await exactAsTheProgram(page);
    await stops(page, "native");
    await page.selectOption("#size", "48");
    for (let k = 0; k < 4; k++) await page.click("#add-digit");
    await until(page, "state.patterns.length === 4");
    await page.selectOption("#rule", "pseudo-inverse");
    await page.click("#train");
    await said(page, "pseudo-inverse: ");
    assert(await page.locator("#matrix").isHidden(), "2304² weights are not drawn");
    await page.hover("#cue", { position: { x: 60, y: 60 } });
    await until(page, "/^Neuron at row /.test(document.querySelector('#field-text').textContent)");
    await page.screenshot({ path: path.join(shots, "served.png"), fullPage: true });
    const ended = new Promise((done) => host.once("exit", done));
    host.kill("SIGINT");
    assert.equal(await ended, 0);
    faults.length = 0;
    await page.click("#run");
    await said(page, "does not answer any more");
    // That the program is gone is the one thing that the console may say.
    assert(faults.every((fault) => fault.includes("ERR_CONNECTION_REFUSED")), faults.join());
    faults.length = 0;
    await context.close();
  } finally {
    host.kill();
  }
}

async function screens(browser, hash) {
  for (const [width, height, name] of [[1280, 900, "desktop"], [768, 1024, "tablet"], [390, 844, "phone"]]) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, offline: true, reducedMotion: "reduce" });
      const page = await opened(context);
      for (const rule of ["hebbian", "exact"]) {
        await page.selectOption("#rule", rule);
        await page.click("#train");
        await until(page, `document.querySelector("#message").textContent.startsWith("${rule}")`);
      }
      await script(page, "(() => { for (const i of [3, 12, 21, 30, 44, 58]) damage(i); state.hover = 27; })()");
      await page.click("#step");
      await page.click("#compare");
      await page.click("#basin");
      await until(page, "document.querySelector('#basin-note').textContent.includes('exact')");
      assert(await script(page, "document.documentElement.scrollWidth <= innerWidth"), `${name}: wider than the screen`);
      await page.screenshot({ path: path.join(shots, `${name}-${colorScheme}.png`), fullPage: true });
      await context.close();
    }
  }
}

async function main() {
  fs.mkdirSync(shots, { recursive: true });
  sizes();
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ offline: true, acceptDownloads: true, viewport: { width: 1280, height: 900 } });
    const page = await opened(context);
    await drawsDamagesRecalls(page);
    await files(page);
    await sharesAndCompares(page, context);
    await options(page);
    await stops(page, "browser");
    await exactAsTheProgram(page);
    await pace(page);
    await screens(browser);
    assert.deepEqual(faults, [], "the console is quiet and nothing is asked of the network");
    await served(browser);
  } finally {
    await browser.close();
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  assert.deepEqual(faults, [], "the console is quiet and nothing is asked of the network");
  console.log("playground: all holds");
}

main().catch((error) => {
  console.error(error.message, faults);
  process.exit(1);
});
