"use strict";
// Reports in a real Chromium, at three widths, light and dark, without a network: node reports.js RESULTS SHOTS PROGRAM
// RESULTS is a folder of results that `attractor reproduce --quick` made; its report is written anew, elsewhere.
const { chromium } = require("playwright-core");
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const [results, shots, program] = process.argv.slice(2).map((p) => path.resolve(p));
const WIDTHS = [360, 768, 1280];
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "reports-"));
const faults = [];
const attractor = (...args) => execFileSync(program, args, { cwd: temporary, stdio: "pipe" });

/** The report of `reproduce` and a page of each command that writes one. */
function written() {
  fs.cpSync(results, path.join(temporary, "quick"), { recursive: true });
  // Nothing is left to run; the page is of all that is in the folder.
  attractor("reproduce", "fig3", "--quick", "-o", "quick");
  attractor(..."data mnist --shape 9x9 --count 8 --distinct -o few.npy".split(" "));
  attractor(..."train few.npy --rule pseudo-inverse -o few.safetensors".split(" "));
  attractor(..."compare few.npy --rule exact,hebbian,dreaming,perceptron --repeats 3 --report compare.html".split(" "));
  attractor(..."basins few.safetensors --patterns few.npy --repeats 3 --report basins.html".split(" "));
  attractor(..."capacity random --shape 4x5 --rule hebbian,pseudo-inverse --repeats 3 -o c.csv --report capacity.html".split(" "));
  return ["quick/report.html", "compare.html", "basins.html", "capacity.html"].map((name) => path.join(temporary, name));
}

async function opened(browser, file, options) {
  const context = await browser.newContext({ ...options, offline: true });
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => /^(file|data):/.test(request.url()) || faults.push(`asked the network for ${request.url()}`));
  await page.goto(`file://${file}`);
  return page;
}

/** Nothing is wider than the page but what scrolls by itself, and no text is smaller than it can be read. */
async function fits(page, width, name) {
  const wide = await page.evaluate("document.documentElement.scrollWidth");
  assert(wide <= width, `${name} is ${wide} wide at ${width}`);
  const least = await page.evaluate(`Math.min(...[...document.querySelectorAll("td, th, p, figcaption, summary")]
    .filter((e) => e.offsetParent).map((e) => parseFloat(getComputedStyle(e).fontSize)))`);
  assert(least >= 12, `${name}: letters of ${least} pixels`);
  const chart = await page.evaluate(`Math.min(...[...document.querySelectorAll(".chart svg text")]
    .map((t) => parseFloat(t.getAttribute("font-size")) * t.ownerSVGElement.getBoundingClientRect().width / 960))`);
  assert(chart >= 8, `${name}: letters of ${chart} pixels in a chart at ${width}`);
}

/** No column of the claims is lost: every field that has text is seen, within the page. */
async function claims(page, width) {
  const fields = await page.evaluate(`[...document.querySelectorAll("body > .claims > tbody > tr:first-child > td")]
    .filter((cell) => cell.textContent).map((cell) => { const box = cell.getBoundingClientRect(); return [box.left, box.right, box.height]; })`);
  assert(fields.length > 40, `${fields.length} fields`);
  for (const [left, right, height] of fields) assert(left >= 0 && right <= width && height > 0, `a field from ${left} to ${right}`);
  await page.click("body > .claims summary >> nth=0");
  assert(await page.isVisible("body > .claims .numbers >> nth=0"), "the numbers unfold");
}

async function contents(page) {
  const missing = await page.evaluate(`[...document.querySelectorAll("nav a")].filter((a) => !document.querySelector("[id='" + a.hash.slice(1) + "']")).length`);
  assert.equal(missing, 0, "contents that lead nowhere");
}

/** A click sorts a column of numbers, another turns the order round. */
async function sorts(page) {
  const [t, k] = await page.evaluate(`(() => {
    for (const [t, table] of [...document.querySelectorAll(".sortable")].entries())
      for (const [k] of [...table.tHead.rows[0].cells].entries()) {
        const fields = [...table.tBodies[0].rows].map((row) => row.cells[k].textContent);
        if (new Set(fields).size > 2 && fields.every((field) => /^[0-9.]+$/.test(field))) return [t, k];
      }
  })()`);
  const column = () => page.evaluate(`[...document.querySelectorAll(".sortable")[${t}].tBodies[0].rows].map((row) => parseFloat(row.cells[${k}].textContent))`);
  const ordered = (numbers, sign) => numbers.every((n, k) => k === 0 || sign * (n - numbers[k - 1]) >= 0);
  const button = page.locator(".sortable").nth(t).locator("th button").nth(k);
  await button.click();
  const up = await column();
  assert(ordered(up, 1), `ascending: ${up}`);
  await button.click();
  const down = await column();
  assert(ordered(down, -1), `descending: ${down}`);
}

async function showsValues(page) {
  const chart = page.locator(".chart svg").first();
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.5 * box.height);
  const tip = await page.textContent("#tip");
  assert(await page.isVisible("#tip"), "values under the pointer");
  assert(tip.split("\n").length > 2 && /: [\d.−]+/.test(tip), tip);
  await page.mouse.move(1, 1);
  assert(await page.isHidden("#tip"), "gone with the pointer");
}

/** Without its script the page says the same. */
async function withoutScript(browser, file) {
  const page = await opened(browser, file, { javaScriptEnabled: false });
  assert((await page.locator(".values title").count()) > 2, "values as the browser's own tooltips");
  assert((await page.locator(".sortable th").count()) > 3);
  await page.context().close();
}

async function main() {
  fs.mkdirSync(shots, { recursive: true });
  const files = written();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    for (const file of files) {
      const name = path.basename(file, ".html");
      for (const width of WIDTHS) {
        for (const colorScheme of ["light", "dark"]) {
          const page = await opened(browser, file, { viewport: { width, height: 900 }, colorScheme });
          await fits(page, width, name);
          await page.screenshot({ path: path.join(shots, `${name}-${width}-${colorScheme}.png`) });
          if (colorScheme === "light") {
            await sorts(page);
            await showsValues(page);
            if (name === "report") {
              await contents(page);
              await claims(page, width);
            }
          }
          await page.context().close();
        }
      }
      await withoutScript(browser, file);
    }
  } finally {
    await browser.close();
  }
  assert.deepEqual(faults, []);
  console.log(`${files.length} reports at ${WIDTHS.join(", ")} pixels, light and dark`);
}

main().then(
  () => fs.rmSync(temporary, { recursive: true }),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
